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

// A Dot is a point with an interval in y, which may be unknown.
type Dot struct {
	X, Y float64
	estimate.Interval
}

// Dots draws points with their intervals, all points as one path, which keeps
// files with thousands of points small.
type Dots struct {
	Points []Dot
	Color  color.NRGBA
	Radius vg.Length
	Hollow bool // a square ring instead of a disc
}

// Plot implements plot.Plotter.
func (d Dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var path vg.Path
	style := draw.LineStyle{Color: d.Color, Width: lineWidth}
	for _, one := range d.Points {
		px, py := x(one.X), y(one.Y)
		d.outline(&path, px, py)
		if one.Known() {
			c.StrokeLine2(style, px, y(one.Low), px, y(one.High))
		}
	}
	d.paint(c, path)
}

// Thumbnail implements plot.Thumbnailer.
func (d Dots) Thumbnail(c *draw.Canvas) {
	var path vg.Path
	d.outline(&path, c.Center().X, c.Center().Y)
	d.paint(*c, path)
}

func (d Dots) outline(path *vg.Path, x, y vg.Length) {
	r := d.Radius
	if d.Hollow {
		path.Move(vg.Point{X: x - r, Y: y - r})
		path.Line(vg.Point{X: x + r, Y: y - r})
		path.Line(vg.Point{X: x + r, Y: y + r})
		path.Line(vg.Point{X: x - r, Y: y + r})
	} else {
		path.Move(vg.Point{X: x + r, Y: y})
		path.Arc(vg.Point{X: x, Y: y}, r, 0, 2*math.Pi)
	}
	path.Close()
}

func (d Dots) paint(c draw.Canvas, path vg.Path) {
	if d.Hollow {
		c.SetLineStyle(draw.LineStyle{Color: d.Color, Width: lineWidth})
		c.Stroke(path)
		return
	}
	c.SetColor(d.Color)
	c.Fill(path)
}

// DataRange implements plot.DataRanger.
func (d Dots) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, xmax, ymin, ymax = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, one := range d.Points {
		xmin, xmax = min(xmin, one.X), max(xmax, one.X)
		ymin, ymax = min(ymin, one.Y), max(ymax, one.Y)
		if one.Known() {
			ymin, ymax = min(ymin, one.Low), max(ymax, one.High)
		}
	}
	return xmin, xmax, ymin, ymax
}

// Dashed is the style of lines that are not measured here.
var Dashed = []vg.Length{5, 3}

// NewLine returns a line through points.
func NewLine(points plotter.XYs, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	return &plotter.Line{XYs: points, LineStyle: draw.LineStyle{Color: c, Width: lineWidth, Dashes: dashes}}
}

// Curve returns the line of a function between two sizes, in equal ratios.
func Curve(from, to float64, c color.NRGBA, dashes []vg.Length, f func(n float64) float64) *plotter.Line {
	const pieces = 100
	var points plotter.XYs
	for i := range pieces + 1 {
		n := from * math.Pow(to/from, float64(i)/pieces)
		points = append(points, plotter.XY{X: n, Y: f(n)})
	}
	return NewLine(points, c, dashes)
}

// Widen leaves a margin around the data of a plot and gives a range to data
// without one. A logarithmic axis keeps its ratios.
func Widen(p *plot.Plot) {
	const margin = .08
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		if _, ok := axis.Scale.(LogScale); ok {
			ratio := math.Pow(axis.Max/axis.Min, margin)
			if ratio == 1 {
				ratio = 1.5
			}
			axis.Min, axis.Max = axis.Min/ratio, axis.Max*ratio
			continue
		}
		add := margin * (axis.Max - axis.Min)
		if add == 0 {
			add = max(margin*math.Abs(axis.Max), 1e-3)
		}
		axis.Min, axis.Max = axis.Min-add, axis.Max+add
	}
}
