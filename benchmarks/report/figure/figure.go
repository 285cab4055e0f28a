// Package figure draws the figures of all reports in one style, as SVG and PNG:
// histograms, points with confidence intervals and curves, over linear and
// logarithmic axes.
//
// It computes no statistics apart from the bins of histograms, and knows no
// experiment: packages mnist and spinglass decide what a figure shows. Start with
// [Figure], a legend above rows of panels; [NewPlot] returns an empty panel.
package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// An Entry of a legend is a name beside a small drawing of its line or mark.
type Entry struct {
	Name   string
	Thumbs []plot.Thumbnailer
}

// A Figure consists of a legend and, below it, rows of panels.
type Figure struct {
	Name    string // of the files, without extension
	Title   string
	Caption string
	Legend  []Entry
	Panels  [][]*plot.Plot // rows of the same length; nil leaves a gap
	Height  vg.Length      // of one panel
}

// edge is the width of the white edge around a figure.
const edge = 5

// Grid arranges the panels that are not nil in rows of the given number of columns,
// or in one column if there is one panel only. It returns nil if there is none.
func Grid(panels []*plot.Plot, columns int) [][]*plot.Plot {
	panels = slices.DeleteFunc(slices.Clone(panels), func(p *plot.Plot) bool { return p == nil })
	if len(panels) == 1 {
		columns = 1
	}
	var rows [][]*plot.Plot
	for row := range slices.Chunk(panels, columns) {
		rows = append(rows, append(slices.Clone(row), make([]*plot.Plot, columns-len(row))...))
	}
	return rows
}

// Draw draws the figure on a white ground. Tick labels that would touch each other
// are left out.
func (f *Figure) Draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, edge, -edge, edge, -edge)
	f.drawLegend(c)
	c.Max.Y -= f.legendHeight()
	tiles := draw.Tiles{Rows: len(f.Panels), Cols: len(f.Panels[0]), PadX: 12, PadY: 10}
	visit := func(panels [][]*plot.Plot, draw func(i, k int, p *plot.Plot, cell draw.Canvas)) {
		for i, row := range plot.Align(panels, tiles, c) {
			for k, cell := range row {
				draw(i, k, panels[i][k], cell)
			}
		}
	}
	panels := make([][]*plot.Plot, len(f.Panels))
	for i, row := range f.Panels {
		panels[i] = slices.Clone(row)
		for k, p := range row {
			if p == nil {
				panels[i][k] = newGap()
			}
		}
	}
	visit(panels, func(i, k int, p *plot.Plot, cell draw.Canvas) { panels[i][k] = thinned(p, p.DataCanvas(cell)) })
	visit(panels, func(_, _ int, p *plot.Plot, cell draw.Canvas) { p.Draw(cell) })
}

// newGap returns a panel that shows nothing. With nil in its place, plot.Align would
// give the other panels of its row another width.
func newGap() *plot.Plot {
	p := NewPlot("", "", "")
	p.HideAxes()
	return p
}

// placeLegend calls place for each entry of the legend, a legend of its own, with
// its upper left corner. The entries stand from left to right, in as many lines as
// they need. It returns the height of all lines.
func (f *Figure) placeLegend(place func(l *plot.Legend, corner vg.Point)) vg.Length {
	const gap, thumb = 14, 22
	everywhere := draw.NewCanvas(new(recorder.Canvas), figureWidth, figureWidth)
	x, y, line := vg.Length(0), vg.Length(0), vg.Length(0)
	for _, e := range f.Legend {
		l := newLegend()
		l.Add(e.Name, e.Thumbs...)
		l.Left, l.Top, l.ThumbnailWidth = true, true, thumb
		size := l.Rectangle(everywhere).Size()
		if x > 0 && x+size.X > figureWidth-2*edge {
			x, y = 0, y+line+4
		}
		place(&l, vg.Point{X: x, Y: y})
		line = size.Y
		x += size.X + gap
	}
	return y + line
}

func (f *Figure) drawLegend(c draw.Canvas) {
	f.placeLegend(func(l *plot.Legend, corner vg.Point) {
		cell := c
		cell.Min.X += corner.X
		cell.Max.Y -= corner.Y
		l.Draw(cell)
	})
}

// legendHeight is the height of the legend and of the space below it.
func (f *Figure) legendHeight() vg.Length {
	if len(f.Legend) == 0 {
		return 0
	}
	return f.placeLegend(func(*plot.Legend, vg.Point) {}) + 10
}

// Size returns the width and height of the whole figure.
func (f *Figure) Size() (w, h vg.Length) {
	return figureWidth, f.Height*vg.Length(len(f.Panels)) + f.legendHeight() + 2*edge
}

// SVG returns the figure as an SVG document.
func (f *Figure) SVG() ([]byte, error) {
	w, h := f.Size()
	c := vgsvg.New(w, h)
	f.Draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure %s: %w", f.Name, err)
	}
	// Where Liberation Sans is missing, Arial and Helvetica have the same widths.
	return bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"),
		[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;")), nil
}

// PNG returns the figure as a PNG image of 144 dots per inch.
func (f *Figure) PNG() ([]byte, error) {
	w, h := f.Size()
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(pngDPI))}
	f.Draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure %s: %w", f.Name, err)
	}
	return b.Bytes(), nil
}
