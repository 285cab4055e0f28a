package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// NewLine returns a line through points.
func NewLine(points plotter.XYs, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	return &plotter.Line{XYs: points, LineStyle: draw.LineStyle{Color: c, Width: lineWidth, Dashes: dashes}}
}

// AddLine adds a line through points to a plot, a dot if there is one point only, and
// nothing if there is none. It returns the line for the legend.
func AddLine(p *plot.Plot, points plotter.XYs, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	line := NewLine(points, c, dashes)
	switch len(points) {
	case 0:
	case 1:
		p.Add(Points{List: []Point{{points[0].X, points[0].Y, estimate.NoInterval}}, Color: c, Radius: 3})
	default:
		p.Add(line)
	}
	return line
}

// NewCurve returns the graph of f between two positive arguments, evaluated at
// arguments in equal ratios, as suits a logarithmic x axis.
func NewCurve(from, to float64, c color.NRGBA, dashes []vg.Length, f func(x float64) float64) *plotter.Line {
	const pieces = 100
	var points plotter.XYs
	for i := range pieces + 1 {
		x := from * math.Pow(to/from, float64(i)/pieces)
		points = append(points, plotter.XY{X: x, Y: f(x)})
	}
	return NewLine(points, c, dashes)
}

// AddMargins leaves a margin between the data of a plot and its axes: a share of
// the range, on a logarithmic axis of the logarithm of the range. A range of
// length zero becomes a positive one.
func AddMargins(p *plot.Plot) {
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		if _, ok := axis.Scale.(LogScale); ok {
			axis.Min, axis.Max = widenLog(axis.Min, axis.Max)
		} else {
			axis.Min, axis.Max = widenLinear(axis.Min, axis.Max)
		}
	}
}

const margin = .08

func widenLog(low, high float64) (from, to float64) {
	ratio := math.Pow(high/low, margin)
	if ratio == 1 {
		ratio = 1.5
	}
	return low / ratio, high * ratio
}

func widenLinear(low, high float64) (from, to float64) {
	add := margin * (high - low)
	if add == 0 {
		add = max(margin*math.Abs(high), 1e-3)
	}
	return low - add, high + add
}
