package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Point is a point with a confidence interval in y, which may be unknown.
type Point struct {
	X, Y float64
	estimate.Interval
}

// Points draws points with their intervals in one style. All points are one path,
// which keeps files with thousands of points small.
type Points struct {
	List    []Point
	LeftOut int // points that the axes cannot show
	Color   color.NRGBA
	Radius  vg.Length
	Hollow  bool      // the outline of a square instead of a disc
	Joined  bool      // by a line
	Shift   vg.Length // to the right of where the axis has them
}

// The styles of the results here and of the published ones, and their legend.
var (
	Here                = Points{Color: Blue, Radius: 4}
	Published           = Points{Color: Black, Radius: 5, Hollow: true}
	HereAndPaperEntries = []Entry{{"here", []plot.Thumbnailer{Here}}, {"paper", []plot.Thumbnailer{Published}}}
)

// WithList returns points of the same style. Those that cannot be drawn are left
// out and counted, except those with the y NaN, a number that the runs do not
// determine.
func (d Points) WithList(list []Point) Points {
	d.List, d.LeftOut = nil, 0
	for _, p := range list {
		switch {
		case math.IsNaN(p.Y):
		case IsDrawable(p.X) && IsDrawable(p.Y):
			d.List = append(d.List, p)
		default:
			d.LeftOut++
		}
	}
	return d
}

// WideStep is a step of Dodge at which marks do not overlap either.
const WideStep = 10 * vg.Length(1)

// Dodge shifts several series of points to the left and right of their common x, by
// a step from one to the next, so that their intervals do not overlap.
func Dodge(step vg.Length, series ...*Points) {
	for i, d := range series {
		d.Shift = step * (vg.Length(i) - vg.Length(len(series)-1)/2)
	}
}

// largest is the largest absolute value that is drawn, and 1/largest the smallest
// number on a logarithmic axis: differences and ratios of the ends of an axis do
// not overflow.
const largest = 1e150

// IsDrawable reports whether a linear axis can show x, a number from
// -1e150 to 1e150.
func IsDrawable(x float64) bool { return math.Abs(x) <= largest }

// IsLogDrawable reports whether a logarithmic axis can show x, a number from
// 1e-150 to 1e150.
func IsLogDrawable(x float64) bool { return x >= 1/largest && x <= largest }

// LeftOut returns a sentence for the caption of a figure that leaves out points
// which its axes cannot show; "" for none.
func LeftOut(points int) string {
	if points == 0 {
		return ""
	}
	return fmt.Sprintf(" Left out, since not finite (or beyond 1e150), or not positive on a logarithmic axis: %s.", format.Count(points, "point"))
}

// Positive returns the points that a logarithmic y axis can show, and counts the
// others too. A point whose interval is not wholly positive is drawn without it.
func (d Points) Positive() Points {
	list, leftOut := d.List, d.LeftOut
	d.List = nil
	for _, p := range list {
		if !(p.Low > 0) {
			p.Interval = estimate.NoInterval
		}
		if IsLogDrawable(p.Y) {
			d.List = append(d.List, p)
		} else {
			leftOut++
		}
	}
	d.LeftOut = leftOut
	return d
}

// Plot implements plot.Plotter.
func (d Points) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var path vg.Path
	var line []vg.Point
	style := draw.LineStyle{Color: d.Color, Width: lineWidth}
	for _, point := range d.List {
		px, py := x(point.X)+d.Shift, y(point.Y)
		d.outline(&path, px, py)
		line = append(line, vg.Point{X: px, Y: py})
		if point.Known() {
			c.StrokeLine2(style, px, y(point.Low), px, y(point.High))
		}
	}
	if d.Joined {
		c.StrokeLines(style, line)
	}
	d.paint(c, path)
}

// Thumbnail implements plot.Thumbnailer.
func (d Points) Thumbnail(c *draw.Canvas) {
	var path vg.Path
	d.outline(&path, c.Center().X, c.Center().Y)
	d.paint(*c, path)
}

func (d Points) outline(path *vg.Path, x, y vg.Length) {
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

func (d Points) paint(c draw.Canvas, path vg.Path) {
	if d.Hollow {
		c.SetLineStyle(draw.LineStyle{Color: d.Color, Width: lineWidth})
		c.Stroke(path)
		return
	}
	c.SetColor(d.Color)
	c.Fill(path)
}

// DataRange implements plot.DataRanger. The range includes the intervals.
func (d Points) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, xmax, ymin, ymax = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range d.List {
		xmin, xmax = min(xmin, p.X), max(xmax, p.X)
		ymin, ymax = min(ymin, p.Y), max(ymax, p.Y)
		if p.Known() {
			ymin, ymax = min(ymin, p.Low), max(ymax, p.High)
		}
	}
	return xmin, xmax, ymin, ymax
}

// AddHereAndPaper adds the results here and the published ones to a plot, side by
// side, and reports whether there are any results here.
func AddHereAndPaper(p *plot.Plot, here, published Points) bool {
	Dodge(WideStep, &here, &published)
	for _, d := range []Points{published, here} {
		if len(d.List) > 0 {
			p.Add(d)
		}
	}
	return len(here.List) > 0
}
