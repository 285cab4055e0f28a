package figure

import (
	"math"

	"gonum.org/v1/plot"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// The two sources that the figures over sizes set side by side.
var (
	Ours      = Dots{Color: Blue, Radius: 4}
	Paper     = Dots{Color: Black, Radius: 5, Hollow: true}
	BothMarks = []Entry{{"here", []plot.Thumbnailer{Ours}}, {"paper", []plot.Thumbnailer{Paper}}}
)

// With returns the mark with these points, those without a value left out.
func (d Dots) With(points []Dot) Dots {
	d.Points = nil
	for _, p := range points {
		if !math.IsNaN(p.Y) {
			d.Points = append(d.Points, p)
		}
	}
	return d
}

// Positive leaves out what a logarithmic axis has no place for.
func (d Dots) Positive() Dots {
	var points []Dot
	for _, p := range d.Points {
		if !(p.Low > 0) {
			p.Interval = estimate.NoInterval
		}
		if p.Y > 0 {
			points = append(points, p)
		}
	}
	return d.With(points)
}

// NewSizePlot returns an empty plot over a logarithmic axis of sizes.
func NewSizePlot(x, y string, sizes []int) *plot.Plot {
	p := NewPlot("", x, y)
	p.X.Scale, p.X.Tick.Marker = LogScale{}, SizeTicks(sizes)
	return p
}

// AddMarks adds the marks that have points to a plot and reports whether ours
// has any.
func AddMarks(p *plot.Plot, ours, paper Dots) bool {
	for _, d := range []Dots{paper, ours} {
		if len(d.Points) > 0 {
			p.Add(d)
		}
	}
	return len(ours.Points) > 0
}
