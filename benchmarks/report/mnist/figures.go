package mnist

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// figures returns the figures of the statistics, without those that would be
// empty.
func figures(s *statistics) []*figure.Figure {
	var drawn []*figure.Figure
	for _, draw := range []func(*statistics) *figure.Figure{scaledFigure, trainTestFigure, meanVarianceFigure, correlationFigure} {
		if f := draw(s); f != nil {
			drawn = append(drawn, f)
		}
	}
	return drawn
}

// scaledFigure shows the histograms of the scaled test losses.
func scaledFigure(s *statistics) *figure.Figure {
	f := &figure.Figure{
		Name: "scaled-test-loss", Title: "Scaled test losses", Height: figure.PanelHeight,
		Caption: fmt.Sprintf("The test losses divided by %s, as in the paper's Fig. 3 (from %d units up).", paperScale, fitFrom),
	}
	p := figure.NewPlot("", LossLabel, "share of the runs in a bin (%)")
	if f.Legend = figure.AddHistograms(p, "n", s.scaledLosses()); f.Legend == nil {
		return nil
	}
	leftOut := 0
	for _, size := range s.scaledLosses() {
		for _, loss := range size.Values {
			if !figure.IsDrawable(loss) {
				leftOut++
			}
		}
	}
	f.Caption += figure.LeftOut(leftOut)
	f.Panels = [][]*plot.Plot{{p}}
	return f
}

// scaledLosses returns the scaled test losses of the runs of each size, none
// below fitFrom.
func (s *statistics) scaledLosses() []figure.SizeValues {
	scaled := make([]figure.SizeValues, len(s.sizes))
	for i, size := range s.sizes {
		scaled[i].Size = size.n
		if size.n < fitFrom {
			continue
		}
		for _, run := range size.results() {
			scaled[i].Values = append(scaled[i].Values, run.test/paperFactor(size.n))
		}
	}
	return scaled
}

// trainTestFigure shows test loss against train loss, one panel for each size.
func trainTestFigure(s *statistics) *figure.Figure {
	f := &figure.Figure{
		Name: "train-test", Title: "Test loss against train loss", Height: 190,
		Caption: "Every run that did not diverge, with the least-squares line; r is Pearson's correlation. As the paper's Fig. 7. The axes differ from panel to panel.",
	}
	leftOut := 0
	var row []*plot.Plot
	for _, size := range s.sizes {
		drawable := slices.DeleteFunc(size.results(), func(r runResult) bool { return !figure.IsDrawable(r.train) || !figure.IsDrawable(r.test) })
		leftOut += size.here.runs - len(drawable)
		x, y, _ := columns(drawable)
		if len(x) == 0 {
			continue
		}
		title := sizeLabel(size.n)
		if !math.IsNaN(size.here.r) {
			title += ", r = " + format.Decimals(size.here.r, 3)
		}
		p := figure.NewPlot(title, "train loss (nats)", "test loss (nats)")
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 3}, figure.LinearTicks{MaxTicks: 5}
		cloud := figure.Points{Color: figure.Blue, Radius: 1.5}
		for i := range x {
			cloud.List = append(cloud.List, figure.Point{X: x[i], Y: y[i], Interval: estimate.NoInterval})
		}
		p.Add(cloud)
		if !math.IsNaN(size.here.r) {
			a, b := stat.LinearRegression(x, y, nil, false)
			low, high := slices.Min(x), slices.Max(x)
			p.Add(figure.NewLine(plotter.XYs{{X: low, Y: a + b*low}, {X: high, Y: a + b*high}}, figure.Vermillion, nil))
		}
		figure.AddMargins(p)
		if row = append(row, p); len(row) == 2 {
			f.Panels, row = append(f.Panels, row), nil
		}
	}
	if row != nil {
		f.Panels = append(f.Panels, append(row, nil))
	}
	if f.Panels == nil {
		return nil
	}
	f.Caption += figure.LeftOut(leftOut)
	return f
}
