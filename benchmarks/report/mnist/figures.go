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

// figures draws what there is to draw of the statistics.
func figures(s *statistics) []*figure.Figure {
	var all []*figure.Figure
	for _, draw := range []func(*statistics) *figure.Figure{scaledFigure, trainTestFigure, meanVarianceFigure, correlationFigure} {
		if f := draw(s); f != nil {
			all = append(all, f)
		}
	}
	return all
}

// scaledFigure shows the histograms of the scaled test losses.
func scaledFigure(s *statistics) *figure.Figure {
	f := &figure.Figure{
		Name: "scaled-test-loss", Title: "Scaled test losses", Height: figure.PanelHeight,
		Caption: fmt.Sprintf("The test losses over %s, as in the paper's Fig. 3 (from %d units up).", paperScale, fitFrom),
	}
	p := figure.NewPlot("", scaledLabel, "share of the runs in a bin (%)")
	if f.Legend = figure.AddHistograms(p, "n", s.scaled()); f.Legend == nil {
		return nil
	}
	f.Panels = [][]*plot.Plot{{p}}
	return f
}

const scaledLabel = "test loss / " + paperScale + " (nats)"

// scaled are the scaled test losses of the runs of each size, none below fitFrom.
func (s *statistics) scaled() []figure.SizeValues {
	all := make([]figure.SizeValues, len(s.sizes))
	for i, one := range s.sizes {
		all[i].Size = one.n
		if one.n < fitFrom {
			continue
		}
		for _, run := range one.points() {
			all[i].Values = append(all[i].Values, run.test/paperFactor(one.n))
		}
	}
	return all
}

// trainTestFigure sets test against train loss, one panel for each size.
func trainTestFigure(s *statistics) *figure.Figure {
	f := &figure.Figure{
		Name: "train-test", Title: "Test loss against train loss", Height: 190,
		Caption: "Every run that did not diverge, with the least-squares line; r is Pearson's correlation. As the paper's Fig. 7. The axes differ from panel to panel.",
	}
	var row []*plot.Plot
	for _, one := range s.sizes {
		x, y, _ := columns(one.points())
		if len(x) == 0 {
			continue
		}
		title := fmt.Sprintf("n = %d", one.n)
		if !math.IsNaN(one.here.r) {
			title += ", r = " + format.Decimals(one.here.r, 3)
		}
		p := figure.NewPlot(title, "train loss (nats)", "test loss (nats)")
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 3}, figure.LinearTicks{MaxTicks: 5}
		cloud := figure.Points{Color: figure.Blue, Radius: 1.5}
		for i := range x {
			cloud.List = append(cloud.List, figure.Point{X: x[i], Y: y[i], Interval: estimate.NoInterval})
		}
		p.Add(cloud)
		if !math.IsNaN(one.here.r) {
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
	return f
}
