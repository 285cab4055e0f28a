package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// AddHistogram adds the outline of a histogram, in percent of the values, over a
// faint area to a plot.
func AddHistogram(p *plot.Plot, b Bins, values []float64, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	line := NewLine(b.Shares(values), c, dashes)
	line.StepStyle, line.FillColor = plotter.PostStep, Faint(c)
	p.Add(line)
	return line
}

// A Group is the values of one size, of which there may be none.
type Group struct {
	Size   int
	Values []float64
}

// AddHistograms adds a histogram of each group that has values, over common bins
// and in the colours of their order, to an empty plot, and returns the legend,
// empty if there is nothing. The names in it are the sizes after a symbol.
func AddHistograms(p *plot.Plot, symbol string, groups []Group) (legend []Entry) {
	var all [][]float64
	for _, g := range groups {
		all = append(all, g.Values)
	}
	bins := NewBins(all)
	if bins.Width == 0 {
		return nil
	}
	for i, g := range groups {
		if len(g.Values) > 0 {
			line := AddHistogram(p, bins, g.Values, ColorOf(i), DashesOf(i))
			legend = append(legend, Entry{fmt.Sprintf("%s = %d", symbol, g.Size), []plot.Thumbnailer{line}})
		}
	}
	p.Y.Min, p.Y.Max = 0, p.Y.Max*1.05
	return legend
}
