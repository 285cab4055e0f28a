package spinglass

import (
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A drawing has what the figures show.
type drawing struct {
	*statistics
	points []spinglass.Point // of the trajectories
	colors figure.SizeColors // of all sizes of the report
	paper  digitised.Figures // as far as the user has them
}

// figures returns the figures, without those that would be empty, and those of the
// theory.
func (d drawing) figures() []*figure.Figure {
	var drawn []*figure.Figure
	for _, draw := range []func() *figure.Figure{d.energiesFigure, d.oneDisorderFigure, d.finiteSizeFigure, d.spreadFigure, d.flowFigure, d.agingFigure} {
		if f := draw(); f != nil {
			drawn = append(drawn, f)
		}
	}
	return append(drawn, complexityFigure(d.plan.P), meanNumberFigure(d.plan.P))
}

// energiesFigure shows the distributions of the energies of all sizes.
func (d drawing) energiesFigure() *figure.Figure {
	sizes := d.energies(d.paper)
	panels, leftOut := figure.Histograms("Λ", EnergyLabel, sizes, d.colors, histogramLevels(d.plan.P)...)
	for _, size := range d.sizes {
		leftOut += size.notFinite
	}
	f := &figure.Figure{
		Name: "glass-energies", Title: "Energies that descents reach", Panels: figure.Grid(panels, 1), Legend: figure.HistogramLegend(figure.HasPaper(sizes), histogramLevels(d.plan.P)...),
		Caption: "All runs of each number Λ of spins, as the paper's Fig. 3 and 8: share of the runs in bins, and quantiles, with the ground state -E₀ and the threshold -E∞ of the limit of many spins.",
	}
	if f.Panels == nil {
		return nil
	}
	f.Height = figure.ColumnHeight(f.Panels)
	if figure.HasPaper(sizes) {
		f.Caption += " In the colour of the axes: the paper's, of one disorder each."
	}
	f.Caption += figure.LeftOut(leftOut)
	return f
}

// energies returns the energies of the runs of each size, with the paper's.
func (s *statistics) energies(paper digitised.Figures) []figure.SizeValues {
	var energies []figure.SizeValues
	for _, size := range s.sizes {
		values := figure.SizeValues{Size: size.n, Values: size.energies}
		if p := size.published; p != nil {
			values.Paper = figure.Distribution{Quantiles: []float64{p.Q05, p.Q25, p.Median, p.Q75, p.Q95}, Values: paper.Energies[size.n]}
		}
		energies = append(energies, values)
	}
	return energies
}

// sizePoints returns a statistic of each size with its 95 % interval, by number of
// spins.
func (s *statistics) sizePoints(of statistic) []figure.Point {
	var points []figure.Point
	for _, size := range s.sizes {
		e := size.evaluate(of)
		points = append(points, figure.Point{X: float64(size.n), Y: e.Value, Interval: e.Interval(.95)})
	}
	return points
}

// publishedPoints returns a published number of each size, without intervals.
func (s *statistics) publishedPoints(field func(*spinglass.Published) float64) []figure.Point {
	var points []figure.Point
	for _, size := range s.sizes {
		if size.published != nil {
			points = append(points, figure.Point{X: float64(size.n), Y: field(size.published), Interval: estimate.NoInterval})
		}
	}
	return points
}

// oneDisorderFigure compares the energies of one disorder, which is what the paper
// has, with those of all disorders of the same size.
func (d drawing) oneDisorderFigure() *figure.Figure {
	var shown []sizeResult
	for _, size := range d.sizes {
		if len(size.disorders) > 1 && len(size.disorders[0].energies) > 1 {
			shown = append(shown, size)
		}
	}
	const most = 4 // the first three and the last
	for len(shown) > most {
		shown = slices.Delete(shown, len(shown)-2, len(shown)-1)
	}
	if shown == nil {
		return nil
	}
	f := &figure.Figure{
		Name: "one-disorder", Title: "One disorder against many", Height: 190,
		Caption: "Shares of the runs in bins: of the first disorder alone (line), and of all disorders (area). A small glass has few minima, and each disorder has different ones; the paper shows one disorder of each size. The axes differ from panel to panel.",
	}
	var panels []*plot.Plot
	for _, size := range shown {
		p := figure.NewPlot(fmt.Sprintf("Λ = %d, %s", size.n, format.Count(len(size.disorders), "disorder")), EnergyLabel, "share of runs")
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 4}, figure.PercentTicks{LinearTicks: figure.LinearTicks{MaxTicks: 4}}
		bins := figure.NewBins([][]float64{size.energies})
		many := figure.AddHistogram(p, bins, size.energies, d.colors.Color(size.n), nil)
		single := figure.AddOutline(p, bins, size.disorders[0].energies, figure.Black)
		p.Y.Min, p.Y.Max = 0, p.Y.Max*1.05
		if f.Legend == nil {
			f.Legend = []figure.Entry{{Name: "first disorder", Thumbs: []plot.Thumbnailer{single}}, {Name: "all disorders", Thumbs: []plot.Thumbnailer{many}}}
		}
		panels = append(panels, p)
	}
	f.Panels = figure.Grid(panels, 2)
	return f
}

// finiteSizeTicks are ticks at sizes on an axis of Λ^(-2/3), and ∞ at 0.
type finiteSizeTicks []int

// Ticks implements plot.Ticker.
func (t finiteSizeTicks) Ticks(_, _ float64) []plot.Tick {
	ticks := []plot.Tick{{Value: 0, Label: "∞"}}
	for _, n := range t {
		ticks = append(ticks, plot.Tick{Value: finiteSizeX(float64(n)), Label: strconv.Itoa(n)})
	}
	return ticks
}

var (
	lowestStyle = figure.Points{Color: figure.Green, Radius: 4}
	minimaStyle = figure.Points{Color: figure.Purple, Radius: 4.5, Hollow: true}
)

// overFiniteSize returns the points with Λ^(-2/3) in place of Λ as x.
func overFiniteSize(points []figure.Point) []figure.Point {
	points = slices.Clone(points)
	for i := range points {
		points[i].X = finiteSizeX(points[i].X)
	}
	return points
}

// namedPoints are points with their name in the legend.
type namedPoints struct {
	name string
	figure.Points
}

// addNamedPoints adds those points that are not empty to a plot, side by side at steps
// of the given width, and returns their legend.
func addNamedPoints(p *plot.Plot, all []namedPoints, step vg.Length) (legend []figure.Entry) {
	all = slices.DeleteFunc(all, func(n namedPoints) bool { return len(n.List) == 0 })
	var series []*figure.Points
	for i := range all {
		series = append(series, &all[i].Points)
	}
	figure.Dodge(step, series...)
	for _, points := range all {
		p.Add(points.Points)
		legend = append(legend, figure.Entry{Name: points.name, Thumbs: []plot.Thumbnailer{points.Points}})
	}
	return legend
}
