package mnist

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// curvesFigure shows the mean losses of each size during training; nil if none
// were recorded.
func curvesFigure(points []mnist.Point, sizes []int) *figure.Figure {
	p := figure.NewPlot("", "epochs", "mean loss (nats)")
	p.X.Tick.Marker = figure.IntegerTicks{}
	p.Y.Scale, p.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
	f := &figure.Figure{
		Name: "curves", Title: "Learning curves", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "Mean over the recorded runs of a size that had not diverged by then.",
	}
	for i, n := range sizes {
		own := slices.DeleteFunc(slices.Clone(points), func(q mnist.Point) bool { return q.N != n })
		test := meanCurve(own, func(q mnist.Point) mnist.NullableFloat { return q.TestLoss })
		if len(test) == 0 {
			continue
		}
		line := figure.NewLine(test, figure.SizeColor(i), nil)
		p.Add(figure.NewLine(meanCurve(own, func(q mnist.Point) mnist.NullableFloat { return q.TrainLoss }), figure.SizeColor(i), figure.Dashed), line)
		f.Legend = append(f.Legend, figure.Entry{Name: sizeLabel(n), Thumbs: []plot.Thumbnailer{line}})
	}
	if f.Legend == nil {
		return nil
	}
	leftOut := 0
	for _, q := range points {
		for _, loss := range []mnist.NullableFloat{q.TrainLoss, q.TestLoss} {
			if v := float64(loss); !math.IsNaN(v) && !figure.IsLogDrawable(v) {
				leftOut++
			}
		}
	}
	f.Caption += figure.LeftOut(leftOut)
	f.Legend = append(f.Legend, figure.Entry{Name: "test", Thumbs: []plot.Thumbnailer{figure.NewLine(nil, figure.Black, nil)}}, figure.Entry{Name: "train", Thumbs: []plot.Thumbnailer{figure.NewLine(nil, figure.Black, figure.Dashed)}})
	figure.AddMargins(p)
	p.X.Min = 0
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
