package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// AddHistogram adds the histogram of values to a plot, as an outline over a
// translucent area, in percent of the values. It returns the outline.
func AddHistogram(p *plot.Plot, b Bins, values []float64, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	line := NewLine(b.Outline(values), c, dashes)
	line.StepStyle, line.FillColor = plotter.PostStep, translucent(c)
	p.Add(line)
	return line
}

// SizeValues are the values of one size, of which there may be none.
type SizeValues struct {
	Size   int
	Values []float64
}

// AddHistograms adds a histogram of each size that has values to an empty plot.
// All have the same bins; color and dashes follow the order of the sizes. It
// returns the legend, "symbol = size", which is empty if no size has values.
func AddHistograms(p *plot.Plot, symbol string, sizes []SizeValues) (legend []Entry) {
	var all [][]float64
	for _, s := range sizes {
		all = append(all, s.Values)
	}
	bins := NewBins(all)
	if bins.Width == 0 {
		return nil
	}
	for i, s := range sizes {
		if len(s.Values) > 0 {
			line := AddHistogram(p, bins, s.Values, SizeColor(i), SizeDashes(i))
			legend = append(legend, Entry{fmt.Sprintf("%s = %d", symbol, s.Size), []plot.Thumbnailer{line}})
		}
	}
	p.Y.Min, p.Y.Max = 0, p.Y.Max*1.05
	return legend
}
