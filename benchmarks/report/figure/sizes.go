package figure

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
)

// SizeColors are the colours of the sizes of a report, the same in all its figures.
type SizeColors []int // the sizes, ascending

// NewSizeColors returns the colours of all sizes in several lists.
func NewSizeColors(lists ...[]int) SizeColors {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
}

// Color returns the colour of a size, which must be among those of the report. The
// ninth size has the colour of the first; Dashes distinguishes their lines.
func (c SizeColors) Color(n int) color.NRGBA {
	return sizePalette[slices.Index(c, n)%len(sizePalette)].Light
}

// Dashes returns the dashes of the line of a size: none for the first eight.
func (c SizeColors) Dashes(n int) []vg.Length {
	if slices.Index(c, n) < len(sizePalette) {
		return nil
	}
	return Dashed
}
