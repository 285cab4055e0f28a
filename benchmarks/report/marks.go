package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A dot is a point with an interval in y, which may be unknown.
type dot struct {
	x, y float64
	interval
}

// dots draws points with their intervals, all points as one path, which keeps
// files with thousands of points small.
type dots struct {
	points []dot
	color  color.NRGBA
	radius vg.Length
	hollow bool // a square ring instead of a disc
}

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var path vg.Path
	style := draw.LineStyle{Color: d.color, Width: lineWidth}
	for _, one := range d.points {
		px, py := x(one.x), y(one.y)
		d.outline(&path, px, py)
		if one.known() {
			c.StrokeLine2(style, px, y(one.low), px, y(one.high))
		}
	}
	d.paint(c, path)
}

// Thumbnail implements plot.Thumbnailer.
func (d dots) Thumbnail(c *draw.Canvas) {
	var path vg.Path
	d.outline(&path, c.Center().X, c.Center().Y)
	d.paint(*c, path)
}

func (d dots) outline(path *vg.Path, x, y vg.Length) {
	r := d.radius
	if d.hollow {
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

func (d dots) paint(c draw.Canvas, path vg.Path) {
	if d.hollow {
		c.SetLineStyle(draw.LineStyle{Color: d.color, Width: lineWidth})
		c.Stroke(path)
		return
	}
	c.SetColor(d.color)
	c.Fill(path)
}

// DataRange implements plot.DataRanger.
func (d dots) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, xmax, ymin, ymax = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, one := range d.points {
		xmin, xmax = min(xmin, one.x), max(xmax, one.x)
		ymin, ymax = min(ymin, one.y), max(ymax, one.y)
		if one.known() {
			ymin, ymax = min(ymin, one.low), max(ymax, one.high)
		}
	}
	return xmin, xmax, ymin, ymax
}

var dashed = []vg.Length{5, 3}

// newLine returns a line through points.
func newLine(points plotter.XYs, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	return &plotter.Line{XYs: points, LineStyle: draw.LineStyle{Color: c, Width: lineWidth, Dashes: dashes}}
}

// curve returns the line of a function between two sizes, in equal ratios.
func curve(from, to float64, c color.NRGBA, dashes []vg.Length, f func(n float64) float64) *plotter.Line {
	const pieces = 100
	var points plotter.XYs
	for i := range pieces + 1 {
		n := from * math.Pow(to/from, float64(i)/pieces)
		points = append(points, plotter.XY{X: n, Y: f(n)})
	}
	return newLine(points, c, dashes)
}

// widen leaves a margin around the data of a plot and gives a range to data
// without one. A logarithmic axis keeps its ratios.
func widen(p *plot.Plot) {
	const margin = .08
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		if _, ok := axis.Scale.(logScale); ok {
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
