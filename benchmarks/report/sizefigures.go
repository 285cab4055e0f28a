package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// The two sources that the figures over sizes set side by side.
var (
	oursMark  = dots{color: blue, radius: 4}
	paperMark = dots{color: black, radius: 5, hollow: true}
	bothMarks = []entry{{"here", []plot.Thumbnailer{oursMark}}, {"paper", []plot.Thumbnailer{paperMark}}}
)

// with returns the mark with these points, those without a value left out.
func (d dots) with(points []dot) dots {
	d.points = nil
	for _, p := range points {
		if !math.IsNaN(p.y) {
			d.points = append(d.points, p)
		}
	}
	return d
}

// positive leaves out what a logarithmic axis has no place for.
func (d dots) positive() dots {
	var points []dot
	for _, p := range d.points {
		if !(p.low > 0) {
			p.interval = noInterval
		}
		if p.y > 0 {
			points = append(points, p)
		}
	}
	return d.with(points)
}

// oursBySize and paperBySize apply a statistic to each size, with 95 % intervals.
func oursBySize(s *statistics, of func(summary) float64) dots {
	var points []dot
	for _, one := range s.sizes {
		points = append(points, dot{float64(one.n), of(one.here), percentiles(each(one.resampled, of), .95)})
	}
	return oursMark.with(points)
}

func paperBySize(s *statistics, of func(summary) float64) dots {
	var points []dot
	for _, one := range s.sizes {
		if one.paper != nil {
			points = append(points, dot{float64(one.n), of(*one.paper), percentiles(each(drawPaper(*one.paper), of), .95)})
		}
	}
	return paperMark.with(points)
}

// newSizePlot returns an empty plot over a logarithmic axis of sizes.
func newSizePlot(s *statistics, y string) *plot.Plot {
	p := newPlot("", "hidden units n", y)
	var sizes sizeTicks
	for _, one := range s.sizes {
		sizes = append(sizes, one.n)
	}
	p.X.Scale, p.X.Tick.Marker = logScale{}, sizes
	return p
}

// meanVarianceFigure shows mean and variance of the test loss against the size.
func meanVarianceFigure(s *statistics) *figure {
	mean, variance := newSizePlot(s, "mean test loss (nats)"), newSizePlot(s, "variance of test loss (nats²)")
	variance.Y.Scale, variance.Y.Tick.Marker = logScale{}, logTicks{}
	f := &figure{
		Name: "mean-variance", Title: "Mean and variance of the test loss", height: 250,
		Caption: "As the paper's Fig. 10, with 95 % intervals. Curves: c exp(alpha n^beta) and v n^-gamma, fitted to the sizes from 25 units up.",
	}
	if !addMarks(mean, oursBySize(s, meanTest), paperBySize(s, meanTest)) {
		return nil
	}
	f.panels = [][]*plot.Plot{{mean}}
	f.legend = bothMarks
	for _, source := range []struct {
		name   string
		fit    fittedSeries
		color  color.NRGBA
		dashes []vg.Length
	}{{"fit here", s.fit, blue, nil}, {"same fit to the paper's", s.paperFit, black, dashed}} {
		if !source.fit.known() {
			continue
		}
		values := source.fit.series.values
		low, high := float64(values[0].n), float64(values[len(values)-1].n)
		line := curve(low, high, source.color, source.dashes, source.fit.at)
		mean.Add(line)
		f.legend = append(f.legend, entry{source.name, []plot.Thumbnailer{line}})
		if law := fitVariance(values); law.known() {
			variance.Add(curve(low, high, source.color, source.dashes, law.at))
		}
	}
	widen(mean)
	if addMarks(variance, oursBySize(s, varianceTest).positive(), paperBySize(s, varianceTest)) {
		widen(variance)
		f.panels = append(f.panels, []*plot.Plot{variance})
	}
	return f
}

// correctedMarks gives the corrected correlations of a series as marks.
func correctedMarks(all series, mark dots) dots {
	var points []dot
	for _, v := range all.values {
		e := all.estimate(correctedOf(v.n))
		points = append(points, dot{float64(v.n), e.value, e.at(.95)})
	}
	return mark.with(points)
}

// correlationFigure shows the correlation of train and test loss against the
// size, as it is and corrected for range restriction.
func correlationFigure(s *statistics) *figure {
	f := &figure{
		Name: "correlation", Title: "Correlation of train and test loss", height: 210, legend: bothMarks,
		Caption: "With 95 % intervals. Above: as in Table 1. Below: corrected to the spread that the train loss has at 25 units.",
	}
	for _, panel := range []struct {
		label       string
		ours, paper dots
	}{
		{"Pearson's r", oursBySize(s, pearson), paperBySize(s, pearson)},
		{"r corrected for range", correctedMarks(s.ours, oursMark), correctedMarks(s.paper, paperMark)},
	} {
		p := newSizePlot(s, panel.label)
		if addMarks(p, panel.ours, panel.paper) {
			widen(p)
			f.panels = append(f.panels, []*plot.Plot{p})
		}
	}
	if f.panels == nil {
		return nil
	}
	return f
}

// addMarks adds the marks that have points to a plot and reports whether ours
// has any.
func addMarks(p *plot.Plot, ours, paper dots) bool {
	for _, d := range []dots{paper, ours} {
		if len(d.points) > 0 {
			p.Add(d)
		}
	}
	return len(ours.points) > 0
}
