package figure

import (
	"image/color"
	"slices"
)

// A Pair is a colour on white, where figures are drawn, and the colour of about the same hue
// that takes its place on the dark ground of a page.
type Pair struct{ Light, Dark color.NRGBA }

// The grounds that figures are shown on, and the colours of text on them. The text of
// figures and what the paper published have these colours.
var (
	Ground = Pair{rgb(0xFFFFFF), rgb(0x14171A)}
	Ink    = Pair{rgb(0x000000), rgb(0xE6E8EA)}
)

// The colours within a list differ for all common types of colour vision, from each other
// and from Ground and Ink, and have a contrast of more than 3 to the ground, on white as on
// dark: they are the best of a random search, and TestPalettes computes how good they are.
var (
	// categories have about the hues of Okabe and Ito (Color Universal Design, 2008).
	categories = []Pair{
		{rgb(0x003B8A), rgb(0x5890E7)}, // blue
		{rgb(0xE34601), rgb(0xEA4802)}, // vermillion
		{rgb(0x618E6F), rgb(0x59DA8E)}, // green
		{rgb(0xA73268), rgb(0xEE6AA1)}, // purple
		{rgb(0x593D02), rgb(0xF8B223)}, // brown
		{rgb(0x0D94E9), rgb(0xA7C5E1)}, // sky
	}
	sizePalette = []Pair{
		{rgb(0x0080F0), rgb(0x67ABFD)},
		{rgb(0xF93B20), rgb(0xF54026)},
		{rgb(0x149652), rgb(0x0A9D55)},
		{rgb(0x450694), rgb(0x9067F8)},
		{rgb(0xD563A8), rgb(0xC7609E)},
		{rgb(0x2F4000), rgb(0xB1D54F)},
		{rgb(0x07606D), rgb(0x52E2FD)},
		{rgb(0x9F2137), rgb(0xFF9399)},
	}
	grey = Pair{rgb(0x808080), rgb(0x808080)}
)

// The colours that figures name.
var (
	Blue       = categories[0].Light
	Vermillion = categories[1].Light
	Green      = categories[2].Light
	Purple     = categories[3].Light
	Black      = Ink.Light
	Grey       = grey.Light
)

// CategoryColor returns one of six colours for other things than sizes, of which none is
// black or the colour of a size.
func CategoryColor(i int) color.NRGBA { return categories[i%len(categories)].Light }

// Pairs returns all colours of figures but those of ground and ink.
func Pairs() []Pair { return slices.Concat(categories, sizePalette, []Pair{grey}) }

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xFF}
}

// translucent returns the colour of the area under a histogram.
func translucent(c color.NRGBA) color.NRGBA {
	c.A = 0x38
	return c
}
