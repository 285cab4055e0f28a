package spinglass

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/core/landscape"
)

// flowFigure shows the height of the energy above -E∞ and the overlap with the start
// along the descent, with the limit of many spins; nil if there is nothing to draw.
func (d drawing) flowFigure() *figure.Figure {
	if len(d.descents) == 0 {
		return nil
	}
	height, overlap := figure.NewPlot("", "time t", "L/Λ + E_{∞}"), figure.NewPlot("", "time t", "overlap C(t, 0)")
	f := &figure.Figure{
		Name: "glass-flow", Title: "Down the gradient", Height: 260,
		Caption: "Mean height of the energy above -E∞, and mean overlap with the start, along the trajectories; time is the sum of the step lengths, and t = 0 is not on the axis. Squares: gradient flow in the limit of many spins.",
	}
	threshold := landscape.Threshold(d.plan.P)
	leftOut := 0
	for _, descent := range d.descents {
		var heights, overlaps plotter.XYs
		for _, m := range descent.states {
			if m.t != 0 {
				leftOut += appendLog(&heights, m.t, m.energy.Value+threshold)
			}
			if m.t != 0 && !math.IsNaN(m.overlap.Value) { // NaN: not recorded from the start on
				leftOut += appendLog(&overlaps, m.t, m.overlap.Value)
			}
		}
		if heights == nil && overlaps == nil {
			continue
		}
		color, dashes := d.colors.Color(descent.n), d.colors.Dashes(descent.n)
		line := figure.AddLine(height, heights, color, dashes)
		figure.AddLine(overlap, overlaps, color, dashes)
		f.Legend = append(f.Legend, figure.Entry{Name: sizeLabel(descent.n), Thumbs: []plot.Thumbnailer{line}})
	}
	if limit := flowStates(d.plan.P); limit != nil {
		var e, c []figure.Point
		for _, l := range limit {
			e = append(e, figure.Point{X: l.t, Y: l.energy + threshold, Interval: estimate.NoInterval})
			c = append(c, figure.Point{X: l.t, Y: l.overlap, Interval: estimate.NoInterval})
		}
		height.Add(figure.Published.WithList(e))
		overlap.Add(figure.Published.WithList(c))
		f.Legend = append(f.Legend, figure.Entry{Name: "limit", Thumbs: []plot.Thumbnailer{figure.Published}})
	}
	for _, p := range []*plot.Plot{height, overlap} {
		if finishLogLog(p) {
			f.Panels = append(f.Panels, []*plot.Plot{p})
		}
	}
	if f.Panels == nil {
		return nil
	}
	f.Caption += figure.LeftOut(leftOut)
	return f
}

// appendLog appends a point for logarithmic axes. It returns 1 if they cannot show it,
// else 0.
func appendLog(to *plotter.XYs, x, y float64) (leftOut int) {
	if !figure.IsLogDrawable(x) || !figure.IsLogDrawable(y) {
		return 1
	}
	*to = append(*to, plotter.XY{X: x, Y: y})
	return 0
}

// finishLogLog makes both axes of a plot logarithmic, and reports whether it shows
// anything.
func finishLogLog(p *plot.Plot) bool {
	if p.X.Min > p.X.Max {
		return false
	}
	figure.SetLog(&p.X, &p.Y)
	figure.AddMargins(p)
	return true
}

// agingFigure shows the overlaps C(t,t') of the largest size with recorded
// trajectories, a line for each waiting time t'; nil if there are none.
func (d drawing) agingFigure() *figure.Figure {
	if len(d.descents) == 0 {
		return nil
	}
	n := d.descents[len(d.descents)-1].n
	curves, leftOut := agingCurves(d.points, n)
	p := figure.NewPlot("", "time t − t′ since the waiting time", "overlap C(t, t′)")
	f := &figure.Figure{
		Name: "glass-aging", Title: "Overlap with earlier states", Height: figure.PanelHeight, Panels: figure.Grid([]*plot.Plot{p}, 1),
		Caption: fmt.Sprintf("Mean over all runs of Λ = %d. The longer the waiting time t′, the slower the overlap with the state at t′ falls.%s", n, figure.LeftOut(leftOut)),
	}
	for i, c := range curves {
		line := figure.AddLine(p, c.overlaps, figure.CategoryColor(i), nil)
		f.Legend = append(f.Legend, figure.Entry{Name: "t′ = " + figure.Number(fmt.Sprintf("%.4g", c.waiting)), Thumbs: []plot.Thumbnailer{line}})
	}
	if !finishLogLog(p) {
		return nil
	}
	return f
}
