package figure

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

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
