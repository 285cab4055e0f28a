package figure

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// quantileMarks draw five quantiles: a thin line between the outer ones, a thick one
// between the inner ones, and a stroke across them at the median.
type quantileMarks struct {
	quantiles []float64
	height    float64 // fraction of the panel's height
	color     color.NRGBA
}

// Plot implements plot.Plotter.
func (m quantileMarks) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	var at [5]vg.Length
	for i, q := range m.quantiles {
		at[i] = x(q)
	}
	m.draw(c, at, c.Y(m.height))
}

func (m quantileMarks) draw(c draw.Canvas, x [5]vg.Length, y vg.Length) {
	const median = 3.5 // half its height
	c.StrokeLine2(draw.LineStyle{Color: m.color, Width: lineWidth}, x[0], y, x[4], y)
	c.StrokeLine2(draw.LineStyle{Color: m.color, Width: 3 * lineWidth}, x[1], y, x[3], y)
	c.StrokeLine2(draw.LineStyle{Color: m.color, Width: lineWidth}, x[2], y-median, x[2], y+median)
}

// Thumbnail implements plot.Thumbnailer.
func (m quantileMarks) Thumbnail(c *draw.Canvas) {
	m.draw(*c, [5]vg.Length{c.Min.X, c.X(.25), c.X(.5), c.X(.75), c.Max.X}, c.Center().Y)
}

// DataRange implements plot.DataRanger.
func (m quantileMarks) DataRange() (xmin, xmax, ymin, ymax float64) {
	return m.quantiles[0], m.quantiles[4], math.Inf(1), math.Inf(-1)
}
