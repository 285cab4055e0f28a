package landscape

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	theory "github.com/lossglass/lossglass/core/landscape"
)

// A drawing has what the figures show.
type drawing struct {
	p      int
	sizes  []sizeResult
	colors figure.SizeColors // of all sizes of the report
}

// figures returns the figures, without those that would be empty.
func (d drawing) figures() []*figure.Figure {
	d.sizes = slices.DeleteFunc(slices.Clone(d.sizes), func(s sizeResult) bool { return len(s.runs) == 0 })
	if len(d.sizes) == 0 {
		return nil
	}
	all := []*figure.Figure{d.countsFigure(), d.scoresFigure(), d.saturationFigure(), d.energiesFigure()}
	if d.sizes[0].descents > 0 && d.p == 3 {
		all = append(all, d.descentFigure(), d.basinFigure())
	}
	return slices.DeleteFunc(all, func(f *figure.Figure) bool { return f == nil })
}

// sizeEntry is the entry of a size in a legend.
func (d drawing) sizeEntry(n int) figure.Entry {
	return figure.Entry{Name: sizeLabel(n), Thumbs: []plot.Thumbnailer{figure.NewLine(nil, d.colors.Color(n), d.colors.Dashes(n))}}
}

// countsFigure shows the mean numbers by index, with the exact ones as lines.
func (d drawing) countsFigure() *figure.Figure {
	p := figure.NewPlot("", "index k", "mean number of critical points")
	p.X.Tick.Marker = figure.IntegerTicks{}
	f := &figure.Figure{
		Name: "landscape-counts", Title: "Critical points by index", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Mean over the disorder samples of the number of critical points of each index, with 95 % intervals, and the exact means (lines).",
	}
	for _, s := range d.sizes {
		var points []figure.Point
		var exact plotter.XYs
		for k := range s.n {
			c := s.count(k)
			points = append(points, figure.Point{X: float64(k), Y: c.mean, Interval: c.Interval(.95)})
			exact = append(exact, plotter.XY{X: float64(k), Y: c.exact})
		}
		figure.AddLine(p, exact, d.colors.Color(s.n), d.colors.Dashes(s.n))
		p.Add(figure.Points{Color: d.colors.Color(s.n), Radius: 3}.WithList(points))
		f.Legend = append(f.Legend, d.sizeEntry(s.n))
	}
	figure.AddMargins(p)
	p.Y.Min = 0
	return f
}

// scoresFigure shows the distances of the means from the exact ones.
func (d drawing) scoresFigure() *figure.Figure {
	p := figure.NewPlot("", "spins N", "(mean - exact) / standard error")
	var spins []int
	most := 0
	for _, s := range d.sizes {
		spins, most = append(spins, s.n), max(most, s.independent(d.p))
	}
	p.X.Tick.Marker = figure.SizeTicks(spins)
	const shown = 5
	var series []figure.Points
	f := &figure.Figure{
		Name: "landscape-scores", Title: "Distance from the exact means", Height: 240, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Mean number here minus the exact mean, in standard errors, of the independent indices k; with dashed lines at two standard errors.",
	}
	for k := range min(most, shown) {
		var points []figure.Point
		for _, s := range d.sizes {
			if k < s.independent(d.p) {
				points = append(points, figure.Point{X: float64(s.n), Y: s.count(k).score(), Interval: estimate.NoInterval})
			}
		}
		style := figure.Points{Color: figure.CategoryColor(k), Radius: 4}.WithList(points)
		series = append(series, style)
		f.Legend = append(f.Legend, figure.Entry{Name: fmt.Sprintf("k = %d", k), Thumbs: []plot.Thumbnailer{style}})
	}
	figure.Dodge(8, pointers(series)...)
	for _, points := range series {
		if len(points.List) > 0 {
			p.Add(points)
		}
	}
	p.X.Min, p.X.Max = float64(spins[0])-.5, float64(spins[len(spins)-1])+.5
	p.Y.Min, p.Y.Max = min(p.Y.Min, -3), max(p.Y.Max, 3)
	for _, level := range []float64{-2, 0, 2} {
		p.Add(figure.NewLine(plotter.XYs{{X: p.X.Min, Y: level}, {X: p.X.Max, Y: level}}, figure.Grey, figure.Dashed))
	}
	return f
}

func pointers(series []figure.Points) []*figure.Points {
	all := make([]*figure.Points, len(series))
	for i := range series {
		all[i] = &series[i]
	}
	return all
}

// saturationFigure shows how many of the points were found after how many starts.
func (d drawing) saturationFigure() *figure.Figure {
	p := figure.NewPlot("", "starts of Newton's method", "share of the critical points found")
	figure.SetLog(&p.X)
	p.Y.Tick.Marker = figure.PercentTicks{}
	f := &figure.Figure{
		Name: "landscape-saturation", Title: "How many starts find all of them", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Share of the critical points found in the end that a number of starts had found, mean over the disorder samples.",
	}
	for _, s := range d.sizes {
		figure.AddLine(p, s.saturation(), d.colors.Color(s.n), d.colors.Dashes(s.n))
		f.Legend = append(f.Legend, d.sizeEntry(s.n))
	}
	p.Y.Min, p.Y.Max = 0, 100
	return f
}

// saturation returns the mean share, in percent, of a sample's pairs that were found after 1, 2, 3, 5, 7, 10, ...
// starts, up to the first number after which all were.
func (s sizeResult) saturation() plotter.XYs {
	var curve plotter.XYs
	latest := s.completeness().latest
	for power := 1.0; ; power *= 10 {
		for _, digit := range []float64{1, 2, 3, 5, 7} {
			starts := digit * power
			shares := s.known(func(r landscape.Run) float64 {
				found, _ := slices.BinarySearch(r.Found, int(starts)+1)
				return float64(found) / float64(len(r.Found))
			})
			curve = append(curve, plotter.XY{X: starts, Y: 100 * estimate.Mean(shares)})
			if starts >= latest {
				return curve
			}
		}
	}
}

// energiesFigure shows the mean energy of the points of each index.
func (d drawing) energiesFigure() *figure.Figure {
	p := figure.NewPlot("", "mean energy per spin", "index k / (N - 1)")
	f := &figure.Figure{
		Name: "landscape-energies", Title: "Index against energy", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Mean over the disorder samples of the mean energy of the critical points of each index, and the index fraction at an energy in the limit of many spins (dashed).",
	}
	for _, s := range d.sizes {
		var points []figure.Point
		for k := range s.n {
			points = append(points, figure.Point{X: s.energy(k), Y: float64(k) / float64(s.n-1), Interval: estimate.NoInterval})
		}
		p.Add(figure.Points{Color: d.colors.Color(s.n), Radius: 4, Joined: true}.WithList(points))
		f.Legend = append(f.Legend, d.sizeEntry(s.n))
	}
	var limit plotter.XYs
	for i := range 101 {
		u := theory.Threshold(d.p) * float64(i-50) / 50
		limit = append(limit, plotter.XY{X: u, Y: indexFraction(d.p, u)})
	}
	line := figure.AddLine(p, limit, figure.Grey, figure.Dashed)
	f.Legend = append(f.Legend, figure.Entry{Name: "limit", Thumbs: []plot.Thumbnailer{line}})
	figure.AddMargins(p)
	return f
}

// indexFraction returns the index fraction of the limit, which at u is one minus that at -u.
func indexFraction(p int, u float64) float64 {
	if u > 0 {
		return 1 - theory.IndexFraction(p, -u)
	}
	return theory.IndexFraction(p, u)
}

// descentFigure shows the energies of the minima and of the ends of descents.
func (d drawing) descentFigure() *figure.Figure {
	p := figure.NewPlot("", "spins N", "energy per spin")
	var spins []int
	var exact, here, descents, lowest []figure.Point
	for _, s := range d.sizes {
		spins = append(spins, s.n)
		point := func(e estimate.Estimate) figure.Point {
			return figure.Point{X: float64(s.n), Y: e.Value, Interval: e.Interval(.95)}
		}
		exact = append(exact, figure.Point{X: float64(s.n), Y: s.minima.Mean, Interval: estimate.NoInterval})
		here = append(here, point(s.minimaEnergy()))
		descents = append(descents, point(estimate.OfMean(s.known(descentEnergy))))
		lowest = append(lowest, point(estimate.OfMean(s.known(lowestEnergy))))
	}
	p.X.Tick.Marker = figure.SizeTicks(spins)
	series := []figure.Points{
		figure.Published.WithList(exact), figure.Here.WithList(here),
		figure.Points{Color: figure.Vermillion, Radius: 4}.WithList(descents), figure.Points{Color: figure.Green, Radius: 4}.WithList(lowest),
	}
	f := &figure.Figure{
		Name: "landscape-descent", Title: "Descent against all minima", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Mean energy of all minima, each counting the same, exact and here; of the minima where random descents end; and of the lowest minimum of each disorder sample; with 95 % intervals.",
	}
	figure.Dodge(5, pointers(series)...)
	for i, name := range []string{"all minima, exact", "all minima", "descents", "lowest"} {
		if len(series[i].List) > 0 {
			p.Add(series[i])
			f.Legend = append(f.Legend, figure.Entry{Name: name, Thumbs: []plot.Thumbnailer{series[i]}})
		}
	}
	figure.AddMargins(p)
	return f
}

// basinFigure shows the share of the descents by the rank of the minimum.
func (d drawing) basinFigure() *figure.Figure {
	p := figure.NewPlot("", "rank of the minimum by energy", "share of descents / even share")
	p.X.Tick.Marker = figure.IntegerTicks{}
	f := &figure.Figure{
		Name: "landscape-basins", Title: "How much descent favours low minima", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: "Share of the descents that end at the lowest minimum (1), the second lowest (2) and so on, over the share that each would have if all minima of its sample were as likely; mean over the samples with two minima or more, with 95 % intervals, for ranks that twenty samples have.",
	}
	var series []figure.Points
	for _, s := range d.sizes {
		var points []figure.Point
		for rank := 0; ; rank++ {
			shares := s.known(func(r landscape.Run) float64 {
				if len(r.Minima) < 2 || len(r.Minima) <= rank {
					return math.NaN()
				}
				return float64(r.Minima[rank].Descents) / arrived(r) / evenShare(r)
			})
			const fewest = 20
			if len(shares) < fewest {
				break
			}
			e := estimate.OfMean(shares)
			points = append(points, figure.Point{X: float64(rank + 1), Y: e.Value, Interval: e.Interval(.95)})
		}
		if points != nil {
			series = append(series, figure.Points{Color: d.colors.Color(s.n), Radius: 3, Joined: true}.WithList(points))
			f.Legend = append(f.Legend, d.sizeEntry(s.n))
		}
	}
	figure.Dodge(3, pointers(series)...)
	for _, points := range series {
		p.Add(points)
	}
	if series == nil {
		return nil
	}
	figure.AddMargins(p)
	p.Add(figure.NewLine(plotter.XYs{{X: p.X.Min, Y: 1}, {X: p.X.Max, Y: 1}}, figure.Grey, figure.Dashed))
	p.Y.Min = 0
	return f
}
