package mnist

import (
	"maps"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// curvesFigure shows the mean losses of each size during training; nil if none
// were recorded.
func (d drawing) curvesFigure() *figure.Figure {
	f := &figure.Figure{
		Name: "curves", Title: "Learning curves", Height: 240,
		Caption: "Mean over the recorded runs of a size that had not diverged by then.",
	}
	leftOut, sizes := 0, make(map[int]bool)
	for _, panel := range []struct {
		label string
		loss  func(mnist.Point) mnist.NullableFloat
	}{
		{"mean test loss (nats)", func(q mnist.Point) mnist.NullableFloat { return q.TestLoss }},
		{"mean train loss (nats)", func(q mnist.Point) mnist.NullableFloat { return q.TrainLoss }},
	} {
		p := figure.NewPlot("", "epochs", panel.label)
		p.X.Tick.Marker = figure.IntegerTicks{}
		figure.SetLog(&p.Y)
		for _, q := range d.curves {
			if !figure.IsLogDrawable(float64(panel.loss(q))) {
				leftOut++
			}
		}
		isEmpty := true
		for _, size := range d.sizes {
			own := slices.DeleteFunc(slices.Clone(d.curves), func(q mnist.Point) bool { return q.N != size.n })
			curve := meanCurve(own, panel.loss)
			if len(curve) == 0 {
				continue
			}
			isEmpty = false
			line := figure.AddLine(p, curve, d.colors.Color(size.n), d.colors.Dashes(size.n))
			if !sizes[size.n] {
				f.Legend = append(f.Legend, figure.Entry{Name: sizeLabel(size.n), Thumbs: []plot.Thumbnailer{line}})
			}
			sizes[size.n] = true
		}
		if !isEmpty {
			figure.AddMargins(p)
			p.X.Min = 0
			f.Panels = append(f.Panels, []*plot.Plot{p})
		}
	}
	if f.Panels == nil {
		return nil
	}
	f.Caption += figure.LeftOut(leftOut)
	return f
}

// meanCurve averages a loss over the runs, epoch by epoch, without those that have diverged
// by then and losses that a logarithmic axis cannot show.
func meanCurve(points []mnist.Point, loss func(mnist.Point) mnist.NullableFloat) plotter.XYs {
	byEpoch := make(map[int][]float64)
	for _, q := range points {
		if v := loss(q); !mnist.LossDiverged(v) && figure.IsLogDrawable(float64(v)) {
			byEpoch[q.Epoch] = append(byEpoch[q.Epoch], float64(v))
		}
	}
	var mean plotter.XYs
	for _, epoch := range slices.Sorted(maps.Keys(byEpoch)) {
		mean = append(mean, plotter.XY{X: float64(epoch), Y: estimate.Mean(byEpoch[epoch])})
	}
	return mean
}
