package spinglass

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

const lossLabel = "energy L/Λ"

// figures draws what there is to draw of the statistics, and the theory.
func figures(s *statistics) []*figure.Figure {
	var all []*figure.Figure
	for _, draw := range []func(*statistics) *figure.Figure{energiesFigure, oneDisorderFigure, finiteSizeLawFigure, spreadFigure, flowFigure} {
		if f := draw(s); f != nil {
			all = append(all, f)
		}
	}
	return append(all, complexityFigure(s.plan.P), meanNumberFigure(s.plan.P))
}

// energiesFigure shows the histograms of the energies of all sizes.
func energiesFigure(s *statistics) *figure.Figure {
	p := figure.NewPlot("", lossLabel, "share of the runs in a bin (%)")
	f := &figure.Figure{
		Name: "glass-energies", Title: "Energies that descents reach", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "All runs of each number Λ of spins, as the paper's Fig. 3 and 8, with the ground state -E0 and the threshold -E∞ of the limit of many spins.",
	}
	if f.Legend = figure.AddHistograms(p, "Λ", s.groups()); f.Legend == nil {
		return nil
	}
	f.Legend = append(f.Legend, addEnergies(s.plan.P, p)...)
	return f
}

// groups are the energies of the runs of each size.
func (s *statistics) groups() []figure.SizeValues {
	var all []figure.SizeValues
	for _, one := range s.sizes {
		all = append(all, figure.SizeValues{Size: one.n, Values: one.energies})
	}
	return all
}

// oneDisorderFigure sets one disorder against all of a size, as the paper has one.
func oneDisorderFigure(s *statistics) *figure.Figure {
	var shown []size
	for _, one := range s.sizes {
		if len(one.disorders) > 1 && len(one.disorders[0].energies) > 1 {
			shown = append(shown, one)
		}
	}
	const most = 4 // first, last and two between
	for len(shown) > most {
		shown = slices.Delete(shown, len(shown)-2, len(shown)-1)
	}
	if shown == nil {
		return nil
	}
	f := &figure.Figure{
		Name: "one-disorder", Title: "One disorder against many", Height: 190,
		Caption: "Shares of the runs in bins: of the first disorder alone, and of all. The minima of a small glass are few, and other disorders have others; the paper shows one disorder of each size. The axes differ from panel to panel.",
	}
	var row []*plot.Plot
	for _, one := range shown {
		p := figure.NewPlot(fmt.Sprintf("Λ = %d, %d disorders", one.n, len(one.disorders)), lossLabel, "share (%)")
		p.X.Tick.Marker, p.Y.Tick.Marker = figure.LinearTicks{MaxTicks: 4}, figure.LinearTicks{MaxTicks: 4}
		bins := figure.NewBins([][]float64{one.energies})
		single := figure.AddHistogram(p, bins, one.disorders[0].energies, figure.Vermillion, nil)
		many := figure.AddHistogram(p, bins, one.energies, figure.Blue, nil)
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

// lawTicks puts sizes on an axis of Λ^(-2/3), with a label where there is room,
// and ∞ on 0.
type lawTicks []int

func (t lawTicks) Ticks(low, high float64) []plot.Tick {
	const room = .055
	ticks := []plot.Tick{{Value: 0, Label: "∞"}}
	last := 0.0
	for _, n := range slices.Backward(t) {
		x := lawX(float64(n))
		tick := plot.Tick{Value: x}
		if x-last > room*(high-low) {
			tick.Label, last = strconv.Itoa(n), x
		}
		ticks = append(ticks, tick)
	}
	return ticks
}

var (
	lowestMark = figure.Points{Color: figure.Green, Radius: 4}
	minimaMark = figure.Points{Color: figure.Purple, Radius: 4.5, Hollow: true}
)

// finiteSizeLawFigure shows the energies against Λ^(-2/3).
func finiteSizeLawFigure(s *statistics) *figure.Figure {
	p := figure.NewPlot("", "Λ, spaced by Λ^(-2/3)", lossLabel)
	f := &figure.Figure{
		Name: "glass-finite-size", Title: "Energies against the size", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: fmt.Sprintf("Mean over the disorders of their mean and of the lowest energy of their %s, with 95 %% intervals; the paper's means, of one disorder each; the exact mean energy of all minima. Line: limit + slope Λ^(-2/3), fitted to our means.", format.Count(s.plan.Starts, "start")),
	}
	var ticks lawTicks
	var ours, lowest, paper, minima []figure.Point
	for _, one := range s.sizes {
		x := lawX(float64(one.n))
		ticks = append(ticks, one.n)
		m, l := one.of(meanOf), one.of(lowestOf)
		ours = append(ours, figure.Point{X: x, Y: m.Value, Interval: m.Interval(.95)})
		lowest = append(lowest, figure.Point{X: x, Y: l.Value, Interval: l.Interval(.95)})
		if one.paper != nil {
			paper = append(paper, figure.Point{X: x, Y: one.paper.Mean, Interval: estimate.NoInterval})
		}
		minima = append(minima, figure.Point{X: x, Y: one.exact.Mean, Interval: estimate.NoInterval})
	}
	if len(figure.Here.WithList(ours).List) == 0 {
		return nil
	}
	for _, source := range []struct {
		name string
		mark figure.Points
	}{
		{"mean here", figure.Here.WithList(ours)}, {"paper", figure.Published.WithList(paper)},
		{"lowest here", lowestMark.WithList(lowest)}, {"all minima", minimaMark.WithList(minima)},
	} {
		if len(source.mark.List) > 0 {
			p.Add(source.mark)
			f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{source.mark}})
		}
	}
	p.X.Tick.Marker = ticks
	p.X.Min = 0
	right := p.X.Max * 1.06
	if s.law.known() {
		line := figure.NewLine(plotter.XYs{{X: 0, Y: s.law.limit}, {X: right, Y: s.law.limit + s.law.slope*right}}, figure.Blue, nil)
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
	for _, mark := range energies(p) {
		line := figure.NewLine(plotter.XYs{{X: 0, Y: -mark.energy}, {X: x, Y: -mark.energy}}, mark.color, figure.Dashed)
		q.Add(line)
		legend = append(legend, figure.Entry{Name: mark.name, Thumbs: []plot.Thumbnailer{line}})
	}
	return legend
}

// spreadFigure shows the standard deviations against the size.
func spreadFigure(s *statistics) *figure.Figure {
	var sizes []int
	var within, between, paper []figure.Point
	for _, one := range s.sizes {
		sizes = append(sizes, one.n)
		x := float64(one.n)
		w, b := one.of(withinOf), one.of(betweenOf)
		within = append(within, figure.Point{X: x, Y: w.Value, Interval: w.Interval(.95)})
		between = append(between, figure.Point{X: x, Y: b.Value, Interval: b.Interval(.95)})
		if one.paper != nil {
			paper = append(paper, figure.Point{X: x, Y: one.paper.SD, Interval: estimate.NoInterval})
		}
	}
	p := figure.NewSizePlot("spins Λ", "standard deviation of L/Λ", sizes)
	p.Y.Scale, p.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
	f := &figure.Figure{
		Name: "glass-spread", Title: "How the energies spread", Height: figure.PanelHeight, Panels: [][]*plot.Plot{{p}},
		Caption: "Standard deviation of the runs about the mean of their disorder, and of the disorders' means, with 95 % intervals. The paper's are of one disorder each.",
	}
	for _, source := range []struct {
		name string
		mark figure.Points
	}{
		{"within a disorder", figure.Here.WithList(within).Positive()},
		{"between disorders", lowestMark.WithList(between).Positive()},
		{"paper", figure.Published.WithList(paper)},
	} {
		if len(source.mark.List) > 0 {
			p.Add(source.mark)
			f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{source.mark}})
		}
	}
	if len(within)+len(between) == 0 || f.Legend == nil || (len(f.Legend) == 1 && len(paper) > 0) {
		return nil
	}
	figure.AddMargins(p)
	return f
}

// flowFigure shows energy and overlap along the descent, beside the limit.
func flowFigure(s *statistics) *figure.Figure {
	if len(s.flows) == 0 {
		return nil
	}
	energy, overlap := figure.NewPlot("", "time t", lossLabel), figure.NewPlot("", "time t", "overlap C(t,0)")
	f := &figure.Figure{
		Name: "glass-flow", Title: "Down the gradient", Height: 260, Panels: [][]*plot.Plot{{energy}, {overlap}},
		Caption: "Mean energy and overlap with the start along the trajectories; time is the sum of the step lengths. Squares: gradient flow in the limit of many spins.",
	}
	for i, one := range s.flows {
		var e, c plotter.XYs
		for _, m := range one.points {
			if m.t > 0 { // the axis is logarithmic
				e = append(e, plotter.XY{X: m.t, Y: m.energy.Value})
				if !math.IsNaN(m.overlap.Value) {
					c = append(c, plotter.XY{X: m.t, Y: m.overlap.Value})
				}
			}
		}
		line := figure.NewLine(e, figure.SizeColor(i), figure.SizeDashes(i))
		energy.Add(line)
		overlap.Add(figure.NewLine(c, figure.SizeColor(i), figure.SizeDashes(i)))
		f.Legend = append(f.Legend, figure.Entry{Name: sizeLabel(one.n), Thumbs: []plot.Thumbnailer{line}})
	}
	var e, c []figure.Point
	for _, l := range flowOf(s.plan.P) {
		e = append(e, figure.Point{X: l.t, Y: l.energy, Interval: estimate.NoInterval})
		c = append(c, figure.Point{X: l.t, Y: l.overlap, Interval: estimate.NoInterval})
	}
	if e != nil {
		energy.Add(figure.Published.WithList(e))
		overlap.Add(figure.Published.WithList(c))
		f.Legend = append(f.Legend, figure.Entry{Name: "limit", Thumbs: []plot.Thumbnailer{figure.Published}})
	}
	for _, p := range []*plot.Plot{energy, overlap} {
		p.X.Scale, p.X.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
		figure.AddMargins(p)
	}
	return f
}
