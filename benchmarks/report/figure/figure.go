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

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
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

// draw draws the figure on a white ground.
func (f *Figure) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, 2, -8, 4, -4)
	c.Max.Y -= f.drawLegend(c) + 10
	tiles := draw.Tiles{Rows: len(f.Panels), Cols: len(f.Panels[0]), PadX: 12, PadY: 12}
	for i, row := range plot.Align(f.Panels, tiles, c) {
		for k, cell := range row {
			if p := f.Panels[i][k]; p != nil {
				p.Draw(cell)
			}
		}
	}
}

// drawLegend draws the entries from left to right, in as many lines as they
// need, and returns the height of the legend.
func (f *Figure) drawLegend(c draw.Canvas) vg.Length {
	const gap, thumb = 14, 22
	x, y := c.Min.X, c.Max.Y
	height := vg.Length(0)
	for _, e := range f.Legend {
		l := plot.NewLegend()
		l.Add(e.Name, e.Thumbs...)
		l.TextStyle.Font = sansSerif(labelSize)
		l.Left, l.Top, l.ThumbnailWidth = true, true, thumb
		size := l.Rectangle(c).Size()
		if height == 0 {
			height = size.Y
		}
		if x > c.Min.X && x+size.X > c.Max.X {
			x, y, height = c.Min.X, y-size.Y-4, height+size.Y+4
		}
		cell := c
		cell.Min.X, cell.Max.Y = x, y
		l.Draw(cell)
		x += size.X + gap
	}
	return height
}

// Size returns the width and height of the whole figure.
func (f *Figure) Size() (w, h vg.Length) {
	return figureWidth, f.Height*vg.Length(len(f.Panels)) + 24
}

// SVG returns the figure as an SVG document.
func (f *Figure) SVG() ([]byte, error) {
	w, h := f.Size()
	c := vgsvg.New(w, h)
	f.draw(draw.New(c))
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
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure %s: %w", f.Name, err)
	}
	return b.Bytes(), nil
}
