package mnist

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A drawing has what the figures show.
type drawing struct {
	*statistics
	curves []mnist.Point
	colors figure.SizeColors // of all sizes of the report
	paper  digitised.Figures // as far as the user has them
}

// figures returns the figures, without those that would be empty.
func (d drawing) figures() []*figure.Figure {
	var drawn []*figure.Figure
	for _, draw := range []func() *figure.Figure{d.scaledFigure, d.trainTestFigure, d.meanVarianceFigure, d.correlationFigure, d.curvesFigure} {
		if f := draw(); f != nil {
			drawn = append(drawn, f)
		}
	}
	return drawn
}

// scaledFigure shows the distributions of the scaled test losses.
func (d drawing) scaledFigure() *figure.Figure {
	sizes := d.scaledLosses(d.paper)
	panels, leftOut := figure.Histograms("n", "test loss / exp(13.77 n^{−1.130}) (nats)", sizes, d.colors)
	for _, size := range d.sizes {
		if size.n >= fitFrom {
			leftOut += size.diverged
		}
	}
	f := &figure.Figure{
		Name: "scaled-test-loss", Title: "Scaled test losses", Panels: figure.Grid(panels, 1), Legend: figure.HistogramLegend(figure.HasPaper(sizes)),
		Caption: fmt.Sprintf("The test losses of n hidden units divided by %s, as in the paper's Fig. 3 (from %d units up): share of the runs in bins, and quantiles.%s%s",
			paperScale, fitFrom, paperNote(sizes), figure.LeftOut(leftOut)),
	}
	f.Height = figure.ColumnHeight(f.Panels)
	if f.Panels == nil {
		return nil
	}
	return f
}

// paperNote says what of the paper's distributions is drawn.
func paperNote(sizes []figure.SizeValues) string {
	if !figure.HasPaper(sizes) {
		return ""
	}
	return " In the colour of the axes: the paper's, the quantiles computed from the points of its Fig. 7."
}

// scaledLosses returns the scaled test losses of the runs of each size, none
// below fitFrom, with the paper's.
func (s *statistics) scaledLosses(paper digitised.Figures) []figure.SizeValues {
	scaled := make([]figure.SizeValues, len(s.sizes))
	for i, size := range s.sizes {
		scaled[i].Size = size.n
		if size.n < fitFrom {
			continue
		}
		for _, run := range size.results() {
			scaled[i].Values = append(scaled[i].Values, run.test/paperFactor(size.n))
		}
		if size.published != nil {
			scaled[i].Paper.Values = paper.ScaledLosses[size.n]
			for _, q := range publishedQuantiles[size.n] {
				scaled[i].Paper.Quantiles = append(scaled[i].Paper.Quantiles, q/paperFactor(size.n))
			}
		}
	}
	return scaled
}

// trainTestFigure shows test loss against train loss, one panel for each size.
func (d drawing) trainTestFigure() *figure.Figure {
	f := &figure.Figure{
		Name: "train-test", Title: "Test loss against train loss", Height: 190,
		Caption: "Every run that did not diverge, with the least-squares line; r is Pearson's correlation. As the paper's Fig. 7. The axes differ from panel to panel.",
	}
	leftOut := 0
	var panels []*plot.Plot
	for _, size := range d.sizes {
		drawable := slices.DeleteFunc(size.results(), func(r runResult) bool { return !figure.IsDrawable(r.train) || !figure.IsDrawable(r.test) })
		leftOut += size.diverged + size.here.runs - len(drawable)
		if len(drawable) > 0 {
			panels = append(panels, d.trainTestPanel(size, drawable))
		}
	}
	if f.Panels = figure.Grid(panels, 2); f.Panels == nil {
		return nil
	}
	if len(f.Panels[0]) == 1 {
		f.Height = figure.PanelHeight
	}
	if d.paper.Losses != nil {
		f.Caption += " Grey: the paper's runs."
	}
	f.Caption += figure.LeftOut(leftOut)
	return f
}

func (d drawing) trainTestPanel(size sizeResult, drawable []runResult) *plot.Plot {
	x, y, _ := columns(drawable)
	title := sizeLabel(size.n)
	if !math.IsNaN(size.here.r) {
		title += ", r = " + figure.Number(format.Decimals(size.here.r, 3))
	}
	p := figure.NewPlot(title, "train loss (nats)", "test loss (nats)")
	p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 4}, figure.LinearTicks{MaxTicks: 5}
	if size.published != nil && d.paper.Losses[size.n] != nil {
		paper := figure.Points{Color: figure.Grey, Radius: 1}
		for _, l := range d.paper.Losses[size.n] {
			paper.List = append(paper.List, figure.Point{X: l.Train, Y: l.Test, Interval: estimate.NoInterval})
		}
		p.Add(paper)
	}
	cloud := figure.Points{Color: d.colors.Color(size.n), Radius: 1.5}
	for i := range x {
		cloud.List = append(cloud.List, figure.Point{X: x[i], Y: y[i], Interval: estimate.NoInterval})
	}
	p.Add(cloud)
	if !math.IsNaN(size.here.r) {
		a, b := stat.LinearRegression(x, y, nil, false)
		low, high := slices.Min(x), slices.Max(x)
		p.Add(figure.NewLine(plotter.XYs{{X: low, Y: a + b*low}, {X: high, Y: a + b*high}}, figure.Black, nil))
	}
	figure.AddMargins(p)
	return p
}
