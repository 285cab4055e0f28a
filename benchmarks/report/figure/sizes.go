package figure

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
)

// sizePalette are eight colours that stay distinct for all common types of colour
// vision, on white and on black (Petroff, Accessible color sequences for data
// visualization, arXiv:2107.02270, the sequence of eight).
var sizePalette = []color.NRGBA{
	{0x18, 0x45, 0xFB, 0xFF}, {0xFF, 0x5E, 0x02, 0xFF}, {0xC9, 0x1F, 0x16, 0xFF}, {0xC8, 0x49, 0xA9, 0xFF},
	{0xAD, 0xAD, 0x7D, 0xFF}, {0x86, 0xC8, 0xDD, 0xFF}, {0x57, 0x8D, 0xFF, 0xFF}, {0x65, 0x63, 0x64, 0xFF},
}

// SizeColors are the colours of the sizes of a report, the same in all its figures.
type SizeColors []int // the sizes, ascending

// NewSizeColors returns the colours of all sizes in several lists.
func NewSizeColors(lists ...[]int) SizeColors {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
}

// Color returns the colour of a size, which must be among those of the report. The
// ninth size has the colour of the first; Dashes distinguishes their lines.
func (c SizeColors) Color(n int) color.NRGBA { return sizePalette[slices.Index(c, n)%len(sizePalette)] }

// Dashes returns the dashes of the line of a size: none for the first eight.
func (c SizeColors) Dashes(n int) []vg.Length {
	if slices.Index(c, n) < len(sizePalette) {
		return nil
	}
	return Dashed
}
