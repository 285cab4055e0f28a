package report

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// figures draws what there is to draw of the statistics.
func figures(s *statistics) []*figure {
	var all []*figure
	for _, draw := range []func(*statistics) *figure{scaledFigure, trainTestFigure, meanVarianceFigure, correlationFigure} {
		if f := draw(s); f != nil {
			all = append(all, f)
		}
	}
	return all
}

// scaledFigure shows the histograms of the scaled test losses.
func scaledFigure(s *statistics) *figure {
	f := &figure{
		Name: "scaled-test-loss", Title: "Scaled test losses", height: panelHeight,
		Caption: fmt.Sprintf("The test losses over %s, as in the paper's Fig. 3 (from %d units up).", paperScale, fitFrom),
	}
	p := newPlot("", "test loss / "+paperScale+" (nats)", "share of the runs in a bin (%)")
	scaled := make([][]float64, len(s.sizes))
	for i, one := range s.sizes {
		if one.n < fitFrom {
			continue
		}
		for _, run := range one.points() {
			scaled[i] = append(scaled[i], run.test/paperFactor(one.n))
		}
	}
	bins := newBins(scaled)
	if bins.width == 0 {
		return nil
	}
	for i, values := range scaled {
		if len(values) == 0 {
			continue
		}
		line := newLine(bins.shares(values), colorOf(i), dashesOf(i))
		line.StepStyle, line.FillColor = plotter.PostStep, faint(colorOf(i))
		p.Add(line)
		f.legend = append(f.legend, entry{fmt.Sprintf("n = %d", s.sizes[i].n), []plot.Thumbnailer{line}})
	}
	p.Y.Min, p.Y.Max = 0, p.Y.Max*1.05
	f.panels = [][]*plot.Plot{{p}}
	return f
}

// trainTestFigure sets test against train loss, one panel for each size.
func trainTestFigure(s *statistics) *figure {
	f := &figure{
		Name: "train-test", Title: "Test loss against train loss", height: 190,
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
			title += ", r = " + decimals(one.here.r, 3)
		}
		p := newPlot(title, "train loss (nats)", "test loss (nats)")
		p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{3}, linearTicks{5}
		cloud := dots{color: blue, radius: 1.5}
		for i := range x {
			cloud.points = append(cloud.points, dot{x[i], y[i], noInterval})
		}
		p.Add(cloud)
		if !math.IsNaN(one.here.r) {
			a, b := stat.LinearRegression(x, y, nil, false)
			low, high := slices.Min(x), slices.Max(x)
			p.Add(newLine(plotter.XYs{{X: low, Y: a + b*low}, {X: high, Y: a + b*high}}, vermillion, nil))
		}
		widen(p)
		if row = append(row, p); len(row) == 2 {
			f.panels, row = append(f.panels, row), nil
		}
	}
	if row != nil {
		f.panels = append(f.panels, append(row, nil))
	}
	if f.panels == nil {
		return nil
	}
	return f
}
