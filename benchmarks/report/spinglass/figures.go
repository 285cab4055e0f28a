package spinglass

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// figures returns the figures of the statistics, without those that would be
// empty, and of the theory.
func figures(s *statistics) []*figure.Figure {
	var drawn []*figure.Figure
	for _, draw := range []func(*statistics) *figure.Figure{energiesFigure, oneDisorderFigure, finiteSizeFigure, spreadFigure, flowFigure} {
		if f := draw(s); f != nil {
			drawn = append(drawn, f)
		}
	}
	return append(drawn, complexityFigure(s.plan.P), meanNumberFigure(s.plan.P))
}

// energiesFigure shows the histograms of the energies of all sizes.
func energiesFigure(s *statistics) *figure.Figure {
	p := figure.NewPlot("", EnergyLabel, "share of the runs in a bin (%)")
	f := &figure.Figure{
		Name: "glass-energies", Title: "Energies that descents reach", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "All runs of each number Λ of spins, as the paper's Fig. 3 and 8, with the ground state -E0 and the threshold -E∞ of the limit of many spins.",
	}
	if f.Legend = figure.AddHistograms(p, "Λ", s.energies()); f.Legend == nil {
		return nil
	}
	f.Legend = append(f.Legend, addEnergies(s.plan.P, p)...)
	return f
}

// energies returns the energies of the runs of each size.
func (s *statistics) energies() []figure.SizeValues {
	var energies []figure.SizeValues
	for _, size := range s.sizes {
		energies = append(energies, figure.SizeValues{Size: size.n, Values: size.energies})
	}
	return energies
}

// points returns a statistic of each size with its 95 % interval, by number of
// spins.
func (s *statistics) points(of statistic) []figure.Point {
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
func oneDisorderFigure(s *statistics) *figure.Figure {
	var shown []sizeResult
	for _, size := range s.sizes {
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
		Caption: "Shares of the runs in bins: of the first disorder alone, and of all disorders. A small glass has few minima, and each disorder has different ones; the paper shows one disorder of each size. The axes differ from panel to panel.",
	}
	var row []*plot.Plot
	for _, size := range shown {
		p := figure.NewPlot(fmt.Sprintf("Λ = %d, %s", size.n, format.Count(len(size.disorders), "disorder")), EnergyLabel, "share (%)")
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 4}, figure.LinearTicks{MaxTicks: 4}
		bins := figure.NewBins([][]float64{size.energies})
		single := figure.AddHistogram(p, bins, size.disorders[0].energies, figure.Vermillion, nil)
		many := figure.AddHistogram(p, bins, size.energies, figure.Blue, nil)
		p.Y.Min, p.Y.Max = 0, p.Y.Max*1.05
		if f.Legend == nil {
			f.Legend = []figure.Entry{{Name: "first disorder", Thumbs: []plot.Thumbnailer{single}}, {Name: "all disorders", Thumbs: []plot.Thumbnailer{many}}}
		}
		if row = append(row, p); len(row) == 2 {
			f.Panels, row = append(f.Panels, row), nil
		}
	}
	if row != nil {
		f.Panels = append(f.Panels, append(row, nil))
	}
	return f
}

// finiteSizeTicks are ticks at sizes on an axis of Λ^(-2/3), with labels where
// there is room, and ∞ at 0.
type finiteSizeTicks []int

// Ticks implements plot.Ticker.
func (t finiteSizeTicks) Ticks(low, high float64) []plot.Tick {
	const room = .055 // of the axis
	ticks := []plot.Tick{{Value: 0, Label: "∞"}}
	last := 0.0
	for _, n := range slices.Backward(t) {
		x := finiteSizeX(float64(n))
		tick := plot.Tick{Value: x}
		if x-last > room*(high-low) {
			tick.Label, last = strconv.Itoa(n), x
		}
		ticks = append(ticks, tick)
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

// addNamedPoints adds those points that are not empty to a plot and returns their
// legend.
func addNamedPoints(p *plot.Plot, all []namedPoints) (legend []figure.Entry) {
	for _, points := range all {
		if len(points.List) > 0 {
			p.Add(points.Points)
			legend = append(legend, figure.Entry{Name: points.name, Thumbs: []plot.Thumbnailer{points.Points}})
		}
	}
	return legend
}

// finiteSizeFigure shows the energies against Λ^(-2/3).
func finiteSizeFigure(s *statistics) *figure.Figure {
	p := figure.NewPlot("", "Λ, spaced by Λ^(-2/3)", EnergyLabel)
	f := &figure.Figure{
		Name: "glass-finite-size", Title: "Energies against the size", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: fmt.Sprintf("Mean over the disorders of their mean and of the lowest energy of their %s, with 95 %% intervals; the paper's means, of one disorder each; the exact mean energy of all minima. Line: limit + slope Λ^(-2/3), fitted to the means here.", format.Count(s.plan.Starts, "start")),
	}
	var ticks finiteSizeTicks
	var minima []figure.Point
	for _, size := range s.sizes {
		ticks = append(ticks, size.n)
		minima = append(minima, figure.Point{X: float64(size.n), Y: size.exact.Mean, Interval: estimate.NoInterval})
	}
	here := figure.Here.WithList(overFiniteSize(s.points(meanEnergy)))
	if len(here.List) == 0 {
		return nil
	}
	published := s.publishedPoints(func(p *spinglass.Published) float64 { return p.Mean })
	f.Legend = addNamedPoints(p, []namedPoints{
		{"mean here", here}, {"paper", figure.Published.WithList(overFiniteSize(published))},
		{"lowest here", lowestStyle.WithList(overFiniteSize(s.points(lowestEnergy)))}, {"all minima", minimaStyle.WithList(overFiniteSize(minima))},
	})
	p.X.Tick.Marker = ticks
	p.X.Min = 0
	right := p.X.Max * 1.06
	if s.fit.known() {
		line := figure.NewLine(plotter.XYs{{X: 0, Y: s.fit.limit}, {X: right, Y: s.fit.limit + s.fit.slope*right}}, figure.Blue, nil)
		p.Add(line)
		f.Legend = append(f.Legend, figure.Entry{Name: "fit", Thumbs: []plot.Thumbnailer{line}})
	}
	f.Legend = append(f.Legend, addLevels(s.plan.P, p, right)...)
	figure.AddMargins(p)
	p.X.Min, p.X.Max = 0, right
	return f
}

// addLevels marks the ground state and the threshold as levels up to x.
func addLevels(p int, q *plot.Plot, x float64) (legend []figure.Entry) {
	for _, mark := range levels(p) {
		line := figure.NewLine(plotter.XYs{{X: 0, Y: -mark.energy}, {X: x, Y: -mark.energy}}, mark.color, figure.Dashed)
		q.Add(line)
		legend = append(legend, figure.Entry{Name: mark.name, Thumbs: []plot.Thumbnailer{line}})
	}
	return legend
}

// spreadFigure shows the standard deviations against the size.
func spreadFigure(s *statistics) *figure.Figure {
	var sizes []int
	for _, size := range s.sizes {
		sizes = append(sizes, size.n)
	}
	p := figure.NewSizePlot("spins Λ", "standard deviation of L/Λ", sizes)
	p.Y.Scale, p.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
	f := &figure.Figure{
		Name: "glass-spread", Title: "How the energies spread", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "Standard deviation of the runs about the mean of their disorder, and of the disorders' means, with 95 % intervals. The paper's are of one disorder each.",
	}
	within := figure.Here.WithList(s.points(sdWithin)).Positive()
	between := lowestStyle.WithList(s.points(sdBetween)).Positive()
	if len(within.List)+len(between.List) == 0 {
		return nil
	}
	f.Legend = addNamedPoints(p, []namedPoints{
		{"within a disorder", within}, {"between disorders", between},
		{"paper", figure.Published.WithList(s.publishedPoints(func(p *spinglass.Published) float64 { return p.SD }))},
	})
	figure.AddMargins(p)
	return f
}

// flowFigure shows energy and overlap along the descent, with the limit of many
// spins; nil if there is nothing to draw.
func flowFigure(s *statistics) *figure.Figure {
	if len(s.descents) == 0 {
		return nil
	}
	energy, overlap := figure.NewPlot("", "time t", EnergyLabel), figure.NewPlot("", "time t", "overlap C(t,0)")
	f := &figure.Figure{
		Name: "glass-flow", Title: "Down the gradient", Height: 260, Panels: [][]*plot.Plot{{energy}, {overlap}},
		Caption: "Mean energy and overlap with the start along the trajectories; time is the sum of the step lengths. Squares: gradient flow in the limit of many spins.",
	}
	leftOut := 0
	for i, descent := range s.descents {
		var e, c plotter.XYs
		for _, m := range descent.states {
			if m.t == 0 { // the axis is logarithmic
				continue
			}
			if !figure.IsLogDrawable(m.t) || !figure.IsDrawable(m.energy.Value) {
				leftOut++
			} else {
				e = append(e, plotter.XY{X: m.t, Y: m.energy.Value})
				if !math.IsNaN(m.overlap.Value) {
					c = append(c, plotter.XY{X: m.t, Y: m.overlap.Value})
				}
			}
		}
		if e == nil {
			continue
		}
		line := figure.NewLine(e, figure.SizeColor(i), figure.SizeDashes(i))
		energy.Add(line)
		overlap.Add(figure.NewLine(c, figure.SizeColor(i), figure.SizeDashes(i)))
		f.Legend = append(f.Legend, figure.Entry{Name: sizeLabel(descent.n), Thumbs: []plot.Thumbnailer{line}})
	}
	var e, c []figure.Point
	for _, l := range flowStates(s.plan.P) {
		e = append(e, figure.Point{X: l.t, Y: l.energy, Interval: estimate.NoInterval})
		c = append(c, figure.Point{X: l.t, Y: l.overlap, Interval: estimate.NoInterval})
	}
	if e != nil {
		energy.Add(figure.Published.WithList(e))
		overlap.Add(figure.Published.WithList(c))
		f.Legend = append(f.Legend, figure.Entry{Name: "limit", Thumbs: []plot.Thumbnailer{figure.Published}})
	}
	if f.Legend == nil {
		return nil
	}
	f.Caption += figure.LeftOut(leftOut)
	for _, p := range []*plot.Plot{energy, overlap} {
		p.X.Scale, p.X.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
		figure.AddMargins(p)
	}
	return f
}
