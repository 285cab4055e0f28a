package mnist

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// oursBySize and paperBySize apply a statistic to each size, with 95 % intervals.
func oursBySize(s *statistics, of func(summary) float64) figure.Points {
	var points []figure.Point
	for _, one := range s.sizes {
		points = append(points, figure.Point{X: float64(one.n), Y: of(one.here), Interval: estimate.Percentiles(each(one.resampled, of), .95)})
	}
	return figure.Here.WithList(points)
}

func paperBySize(s *statistics, of func(summary) float64) figure.Points {
	var points []figure.Point
	for _, one := range s.sizes {
		if one.paper != nil {
			points = append(points, figure.Point{X: float64(one.n), Y: of(*one.paper), Interval: estimate.Percentiles(each(drawPaper(*one.paper), of), .95)})
		}
	}
	return figure.Published.WithList(points)
}

// sizePlot returns an empty plot over the sizes.
func (s *statistics) sizePlot(y string) *plot.Plot {
	var sizes []int
	for _, one := range s.sizes {
		sizes = append(sizes, one.n)
	}
	return figure.NewSizePlot("hidden units n", y, sizes)
}

// meanVarianceFigure shows mean and variance of the test loss against the size.
func meanVarianceFigure(s *statistics) *figure.Figure {
	mean, variance := s.sizePlot("mean test loss (nats)"), s.sizePlot("variance of test loss (nats²)")
	variance.Y.Scale, variance.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
	f := &figure.Figure{
		Name: "mean-variance", Title: "Mean and variance of the test loss", Height: 250,
		Caption: "As the paper's Fig. 10, with 95 % intervals. Curves: c exp(alpha n^beta) and v n^-gamma, fitted to the sizes from 25 units up.",
	}
	if !figure.AddHereAndPaper(mean, oursBySize(s, meanTest), paperBySize(s, meanTest)) {
		return nil
	}
	f.Panels = [][]*plot.Plot{{mean}}
	f.Legend = figure.HereAndPaperEntries
	for _, source := range []struct {
		name   string
		fit    fittedSeries
		color  color.NRGBA
		dashes []vg.Length
	}{{"fit here", s.fit, figure.Blue, nil}, {"same fit to the paper's", s.paperFit, figure.Black, figure.Dashed}} {
		if !source.fit.known() {
			continue
		}
		values := source.fit.series.values
		low, high := float64(values[0].n), float64(values[len(values)-1].n)
		line := figure.NewCurve(low, high, source.color, source.dashes, source.fit.at)
		mean.Add(line)
		f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{line}})
		if law := fitVariance(values); law.known() {
			variance.Add(figure.NewCurve(low, high, source.color, source.dashes, law.at))
		}
	}
	figure.AddMargins(mean)
	if figure.AddHereAndPaper(variance, oursBySize(s, varianceTest).Positive(), paperBySize(s, varianceTest)) {
		figure.AddMargins(variance)
		f.Panels = append(f.Panels, []*plot.Plot{variance})
	}
	return f
}

// correctedMarks gives the corrected correlations of a series as marks.
func correctedMarks(all series, mark figure.Points) figure.Points {
	var points []figure.Point
	for _, v := range all.values {
		e := all.estimate(correctedOf(v.n))
		points = append(points, figure.Point{X: float64(v.n), Y: e.Value, Interval: e.Interval(.95)})
	}
	return mark.WithList(points)
}

// correlationFigure shows the correlation of train and test loss against the
// size, as it is and corrected for range restriction.
func correlationFigure(s *statistics) *figure.Figure {
	f := &figure.Figure{
		Name: "correlation", Title: "Correlation of train and test loss", Height: 210, Legend: figure.HereAndPaperEntries,
		Caption: "With 95 % intervals. Above: as in Table 1. Below: corrected to the spread that the train loss has at 25 units.",
	}
	for _, panel := range []struct {
		label       string
		ours, paper figure.Points
	}{
		{"Pearson's r", oursBySize(s, pearson), paperBySize(s, pearson)},
		{"r corrected for range", correctedMarks(s.ours, figure.Here), correctedMarks(s.paper, figure.Published)},
	} {
		p := s.sizePlot(panel.label)
		if figure.AddHereAndPaper(p, panel.ours, panel.paper) {
			figure.AddMargins(p)
			f.Panels = append(f.Panels, []*plot.Plot{p})
		}
	}
	if f.Panels == nil {
		return nil
	}
	return f
}
