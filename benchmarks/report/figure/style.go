package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// The colours of Okabe and Ito (Color Universal Design, 2008), which are
// distinct for all common types of colour vision. Yellow is left out: it is hard to
// see on white.
var (
	Blue       = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	Vermillion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	Green      = color.NRGBA{0x00, 0x9E, 0x73, 0xFF}
	Purple     = color.NRGBA{0xCC, 0x79, 0xA7, 0xFF}
	Orange     = color.NRGBA{0xE6, 0x9F, 0x00, 0xFF}
	Sky        = color.NRGBA{0x56, 0xB4, 0xE9, 0xFF}
	Black      = color.NRGBA{0x00, 0x00, 0x00, 0xFF}
	Grey       = color.NRGBA{0x80, 0x80, 0x80, 0xFF}
)

// CategoryColor returns one of the six colours that are neither black nor those of sizes, for
// other things than sizes.
func CategoryColor(i int) color.NRGBA {
	return []color.NRGBA{Blue, Vermillion, Green, Purple, Orange, Sky}[i%6]
}

// translucent returns the colour of the area under a histogram.
func translucent(c color.NRGBA) color.NRGBA {
	c.A = 0x38
	return c
}

// Figures are 440 points wide: on a phone of 400 pixels their labels still have a
// height of eleven pixels.
const (
	figureWidth = 440 * vg.Length(1)
	PanelHeight = 300 * vg.Length(1)
	labelSize   = 13
	lineWidth   = 1.5
	pngDPI      = 144
)

// sansSerif returns the font of all labels.
func sansSerif(size vg.Length) font.Font {
	return font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size)
}

// Dashed is the style of lines that show something other than results here.
var Dashed = []vg.Length{5, 3}

// NewPlot returns an empty plot in the common style.
func NewPlot(title, x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.Padding, p.Y.Label.Padding = 4, 4
	for _, style := range []*text.Style{
		&p.Title.TextStyle, &p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label,
	} {
		setStyle(style)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = LinearTicks{5}, LinearTicks{6}
	return p
}

// NewSizePlot returns an empty plot with a logarithmic x axis of sizes.
func NewSizePlot(x, y string, sizes []int) *plot.Plot {
	p := NewPlot("", x, y)
	p.X.Scale, p.X.Tick.Marker = LogScale{}, SizeTicks(sizes)
	return p
}

// SetLog makes axes logarithmic.
func SetLog(axes ...*plot.Axis) {
	for _, a := range axes {
		a.Scale, a.Tick.Marker = LogScale{}, LogTicks{}
	}
}
