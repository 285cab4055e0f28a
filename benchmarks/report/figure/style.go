// Package figure draws the figures of all reports in one style, as SVG and PNG:
// histograms, points with intervals, curves, over linear and logarithmic axes.
// It computes no statistics.
package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The colours of Okabe and Ito (Color Universal Design, 2008), which people
// with any common colour vision tell apart. Yellow is left out: it is hard to
// see on white.
var (
	Blue       = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	Vermillion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	Green      = color.NRGBA{0x00, 0x9E, 0x73, 0xFF}
	Purple     = color.NRGBA{0xCC, 0x79, 0xA7, 0xFF}
	Orange     = color.NRGBA{0xE6, 0x9F, 0x00, 0xFF}
	Sky        = color.NRGBA{0x56, 0xB4, 0xE9, 0xFF}
	Black      = color.NRGBA{0x00, 0x00, 0x00, 0xFF}

	palette = []color.NRGBA{Blue, Vermillion, Green, Purple, Orange, Sky, Black}
)

// ColorOf is the colour of the i-th size. Beyond the palette colours repeat and
// DashesOf tells them apart.
func ColorOf(i int) color.NRGBA { return palette[i%len(palette)] }

// DashesOf is the line style of the i-th size.
func DashesOf(i int) []vg.Length {
	if i < len(palette) {
		return nil
	}
	return Dashed
}

// Faint is the colour of the area under a histogram.
func Faint(c color.NRGBA) color.NRGBA {
	c.A = 0x38
	return c
}

// Figures are drawn 440 points wide: shrunk to a phone of 400 pixels their
// labels still have eleven pixels.
const (
	figureWidth = 440 * vg.Length(1)
	PanelHeight = 300 * vg.Length(1)
	labelSize   = 13
	lineWidth   = 1.5
	pngDPI      = 144
)

func sans(size vg.Length) font.Font {
	return font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size)
}

// NewPlot returns an empty plot in the common style.
func NewPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding = 4
	for _, style := range []*text.Style{
		&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label,
	} {
		style.Font = sans(labelSize)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = LinearTicks{5}, LinearTicks{6}
	return p
}

// An Entry is a line of a legend.
type Entry struct {
	Name   string
	Thumbs []plot.Thumbnailer
}

// A Figure is a legend over rows of panels.
type Figure struct {
	Name    string // of its files
	Title   string
	Caption string
	Legend  []Entry
	Panels  [][]*plot.Plot // rows of the same length; nil leaves a gap
	Height  vg.Length      // of one panel
}

// draw draws the figure on white.
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
// need, and returns the height.
func (f *Figure) drawLegend(c draw.Canvas) vg.Length {
	const gap, thumb = 14, 22
	x, y := c.Min.X, c.Max.Y
	height := vg.Length(0)
	for _, e := range f.Legend {
		l := plot.NewLegend()
		l.Add(e.Name, e.Thumbs...)
		l.TextStyle.Font = sans(labelSize)
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

// Size returns width and height.
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
	// Arial and Helvetica have the widths of Liberation Sans, where that is missing.
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

// LogScale is plot.LogScale but for one point: gonum centres the space it keeps
// for an axis label on the mean of the ends, which on a logarithmic axis is far
// from the middle, where it draws the label.
type LogScale struct{ plot.LogScale }

// Normalize implements plot.Normalizer.
func (s LogScale) Normalize(low, high, x float64) float64 {
	if x == 0.5*(high+low) {
		return 0.5
	}
	return s.LogScale.Normalize(low, high, x)
}

// LinearTicks puts at most so many labels on round numbers.
type LinearTicks struct{ Most int }

func (t LinearTicks) Ticks(low, high float64) []plot.Tick {
	step := math.Pow(10, math.Floor(math.Log10((high-low)/float64(t.Most))))
	first, last := multiples(low, high, step)
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10 times the power of ten
		if last-first < float64(t.Most) {
			break
		}
		step *= factor
		first, last = multiples(low, high, step)
	}
	places := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	var ticks []plot.Tick
	for i := first; i <= last; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step, 'f', places, 64)})
	}
	return ticks
}

// multiples returns the first and last multiple of step between low and high.
func multiples(low, high, step float64) (first, last float64) {
	return math.Ceil(low/step-1e-9) + 0, math.Floor(high/step + 1e-9)
}

// LogTicks labels powers of ten and, where they are few, their double and
// fivefold.
type LogTicks struct{}

func (LogTicks) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	few := high/low < 100
	for power := math.Floor(math.Log10(low)); power <= math.Log10(high); power++ {
		for digit := 1; digit < 10; digit++ {
			value := float64(digit) * math.Pow(10, power)
			if value < low*(1-1e-9) || value > high*(1+1e-9) {
				continue
			}
			tick := plot.Tick{Value: value}
			if digit == 1 || few && (digit == 2 || digit == 5) {
				tick.Label = roundText(value)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// roundText writes a number of one significant digit.
func roundText(v float64) string {
	if v >= 1 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strings.Replace(strconv.FormatFloat(v, 'g', 1, 64), "e-0", "e-", 1)
}

// WholeTicks puts labels on whole numbers.
type WholeTicks struct{}

func (WholeTicks) Ticks(low, high float64) []plot.Tick {
	var whole []plot.Tick
	for _, tick := range (LinearTicks{6}).Ticks(low, high) {
		if tick.Value == math.Trunc(tick.Value) {
			whole = append(whole, plot.Tick{Value: tick.Value, Label: strconv.FormatFloat(tick.Value, 'f', 0, 64)})
		}
	}
	return whole
}

// SizeTicks puts a tick at each size of a logarithmic axis, with a label where
// there is room.
type SizeTicks []int

func (t SizeTicks) Ticks(low, high float64) []plot.Tick {
	const room = .06 // of the axis
	var ticks []plot.Tick
	last := math.Inf(-1)
	for _, n := range t {
		place := math.Log(float64(n)/low) / math.Log(high/low)
		tick := plot.Tick{Value: float64(n)}
		if place-last > room {
			tick.Label, last = strconv.Itoa(n), place
		}
		ticks = append(ticks, tick)
	}
	return ticks
}
