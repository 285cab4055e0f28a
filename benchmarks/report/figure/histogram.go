package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// AddHistogram adds the histogram of values to a plot, as an outline over a
// translucent area, in percent of the values. It returns the outline.
func AddHistogram(p *plot.Plot, b Bins, values []float64, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	line := newOutline(b, values, c, dashes)
	line.FillColor = translucent(c)
	p.Add(line)
	return line
}

// AddOutline adds the outline alone.
func AddOutline(p *plot.Plot, b Bins, values []float64, c color.NRGBA) *plotter.Line {
	line := newOutline(b, values, c, nil)
	p.Add(line)
	return line
}

func newOutline(b Bins, values []float64, c color.NRGBA, dashes []vg.Length) *plotter.Line {
	line := NewLine(b.Outline(values), c, dashes)
	line.StepStyle = plotter.PostStep
	return line
}

// SizeValues are the values of one size, of which there may be none, and what the
// paper shows of the same quantity.
type SizeValues struct {
	Size   int
	Values []float64
	Paper  Distribution
}

// A Distribution is known by its quantiles, by values, by both, or not at all.
type Distribution struct {
	Quantiles []float64 // at QuantileLevels; nil if unknown
	Values    []float64 // nil if unknown
}

// QuantileLevels are the levels of the quantiles that are drawn.
var QuantileLevels = []float64{.05, .25, .5, .75, .95}

// A Level is a value that is marked in all histograms by a dashed line.
type Level struct {
	Name  string
	X     float64
	Color color.NRGBA
}

// Histograms returns small multiples, a panel for each size, all over the same x
// axis: the histogram of the values, in percent, and above it their quantiles, both
// beside the paper's. A size without values that can be drawn has no panel (nil).
// leftOut is the number of values that cannot be drawn.
func Histograms(symbol, x string, sizes []SizeValues, colors SizeColors, levels ...Level) (panels []*plot.Plot, leftOut int) {
	for _, s := range sizes {
		values := drawable(s.Values)
		leftOut += len(s.Values) - len(values)
		if len(values) == 0 {
			panels = append(panels, nil)
			continue
		}
		p := NewPlot("", x, fmt.Sprintf("%s = %d", symbol, s.Size))
		bins := NewBins([][]float64{values, s.Paper.Values})
		AddHistogram(p, bins, values, colors.Color(s.Size), nil)
		marks := []quantileMarks{{quantiles(values), .82, colors.Color(s.Size)}}
		if s.Paper.Values != nil {
			AddOutline(p, bins, s.Paper.Values, Black)
		}
		if s.Paper.Quantiles != nil {
			marks = append(marks, quantileMarks{s.Paper.Quantiles, .93, Black})
		}
		p.Y.Tick.Marker = PercentTicks{LinearTicks{4}}
		p.Y.Min, p.Y.Max = 0, p.Y.Max*1.35
		for _, m := range marks {
			p.Add(m)
		}
		for _, l := range levels {
			p.Add(NewLine(plotter.XYs{{X: l.X, Y: 0}, {X: l.X, Y: p.Y.Max}}, l.Color, Dashed))
		}
		panels = append(panels, p)
	}
	shareX(panels)
	return panels, leftOut
}

// ColumnHeight is the height of a panel among several rows of histograms: more where
// columns end at different rows, since each row with labels below has less room.
func ColumnHeight(rows [][]*plot.Plot) vg.Length {
	const most, least, labels = PanelHeight, 80, 45
	total := max(most, least*vg.Length(len(rows))) - labels
	for _, row := range rows {
		if slices.ContainsFunc(row, func(p *plot.Plot) bool { return p != nil && p.X.Label.Text != "" }) {
			total += labels
		}
	}
	return total / vg.Length(max(len(rows), 1))
}

// HistogramLegend explains Histograms. With paper, it has the paper's entry too.
func HistogramLegend(paper bool, levels ...Level) []Entry {
	legend := []Entry{{"quantiles 5, 25, 50, 75, 95 %", []plot.Thumbnailer{quantileMarks{color: Grey}}}}
	if paper {
		legend = append(legend, Entry{"paper", []plot.Thumbnailer{NewLine(nil, Black, nil)}})
	}
	for _, l := range levels {
		legend = append(legend, Entry{l.Name, []plot.Thumbnailer{NewLine(nil, l.Color, Dashed)}})
	}
	return legend
}

// HasPaper reports whether any size shows something of the paper's.
func HasPaper(sizes []SizeValues) bool {
	return slices.ContainsFunc(sizes, func(s SizeValues) bool {
		return len(s.Values) > 0 && (s.Paper.Values != nil || s.Paper.Quantiles != nil)
	})
}

// shareX gives the panels of a column the same x axis, with labels at the lowest
// panel only.
func shareX(column []*plot.Plot) {
	column = slices.DeleteFunc(slices.Clone(column), func(p *plot.Plot) bool { return p == nil })
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range column {
		low, high = min(low, p.X.Min), max(high, p.X.Max)
	}
	margin := .02 * (high - low)
	for i, p := range column {
		p.X.Min, p.X.Max = low-margin, high+margin
		if i < len(column)-1 {
			p.X.Label.Text, p.X.Tick.Marker = "", unlabelled{p.X.Tick.Marker}
		}
	}
}

func quantiles(values []float64) []float64 {
	slices.Sort(values)
	var all []float64
	for _, level := range QuantileLevels {
		all = append(all, stat.Quantile(level, stat.LinInterp, values, nil))
	}
	return all
}
