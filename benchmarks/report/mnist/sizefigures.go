package mnist

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
)

// pointsHere and pointsPublished return a statistic of each size, here and
// published, with 95 % intervals.
func (s *statistics) pointsHere(of statistic) figure.Points {
	var points []figure.Point
	for _, size := range s.sizes {
		points = append(points, newPoint(size.n, size.evaluate(of)))
	}
	return figure.Here.WithList(points)
}

func (s *statistics) pointsPublished(of statistic) figure.Points {
	var points []figure.Point
	for i, v := range s.published.Summaries {
		points = append(points, newPoint(v.n, estimate.Evaluate(v, s.published.Replicates[i], of)))
	}
	return figure.Published.WithList(points)
}

func newPoint(n int, e estimate.Estimate) figure.Point {
	return figure.Point{X: float64(n), Y: e.Value, Interval: e.Interval(.95)}
}

// newSizePlot returns an empty plot with the sizes on its x axis.
func (s *statistics) newSizePlot(y string) *plot.Plot {
	var sizes []int
	for _, size := range s.sizes {
		sizes = append(sizes, size.n)
	}
	return figure.NewSizePlot("hidden units n", y, sizes)
}

// meanVarianceFigure shows mean and variance of the test loss against the size.
func meanVarianceFigure(s *statistics) *figure.Figure {
	mean, variance := s.newSizePlot("mean test loss (nats)"), s.newSizePlot("variance of test loss (nats²)")
	variance.Y.Scale, variance.Y.Tick.Marker = figure.LogScale{}, figure.LogTicks{}
	f := &figure.Figure{
		Name: "mean-variance", Title: "Mean and variance of the test loss", Height: 250,
		Caption: "As the paper's Fig. 10, with 95 % intervals. Curves: c exp(alpha n^beta) and v n^-gamma, fitted to the sizes from 25 units up.",
	}
	if !figure.AddHereAndPaper(mean, s.pointsHere(meanTest), s.pointsPublished(meanTest)) {
		return nil
	}
	f.Panels = [][]*plot.Plot{{mean}}
	f.Legend = figure.HereAndPaperEntries
	for _, source := range []struct {
		name   string
		fit    fittedSeries
		color  color.NRGBA
		dashes []vg.Length
	}{{"fit here", s.fit, figure.Blue, nil}, {"same fit to the paper's", s.publishedFit, figure.Black, figure.Dashed}} {
		if !source.fit.known() {
			continue
		}
		values := source.fit.series.Summaries
		low, high := float64(values[0].n), float64(values[len(values)-1].n)
		line := figure.NewCurve(low, high, source.color, source.dashes, source.fit.at)
		mean.Add(line)
		f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{line}})
		if variances := fitVariance(source.fit.series); variances.Known() {
			variance.Add(figure.NewCurve(low, high, source.color, source.dashes, variances.At))
		}
	}
	figure.AddMargins(mean)
	if figure.AddHereAndPaper(variance, s.pointsHere(varianceTest).Positive(), s.pointsPublished(varianceTest)) {
		figure.AddMargins(variance)
		f.Panels = append(f.Panels, []*plot.Plot{variance})
	}
	return f
}

// correctedPoints returns the corrected correlations of a series in a style.
func correctedPoints(s series, style figure.Points) figure.Points {
	var points []figure.Point
	for _, v := range s.Summaries {
		points = append(points, newPoint(v.n, s.Evaluate(correctedPearson(v.n))))
	}
	return style.WithList(points)
}

// correlationFigure shows the correlation of train and test loss against the
// size, as it is and corrected for range restriction.
func correlationFigure(s *statistics) *figure.Figure {
	f := &figure.Figure{
		Name: "correlation", Title: "Correlation of train and test loss", Height: 210, Legend: figure.HereAndPaperEntries,
		Caption: "With 95 % intervals. Above: as in Table 1. Below: corrected to the spread that the train loss has at 25 units.",
	}
	for _, panel := range []struct {
		label           string
		here, published figure.Points
	}{
		{"Pearson's r", s.pointsHere(pearson), s.pointsPublished(pearson)},
		{"r corrected for range", correctedPoints(s.here, figure.Here), correctedPoints(s.published, figure.Published)},
	} {
		p := s.newSizePlot(panel.label)
		if figure.AddHereAndPaper(p, panel.here, panel.published) {
			figure.AddMargins(p)
			f.Panels = append(f.Panels, []*plot.Plot{p})
		}
	}
	if f.Panels == nil {
		return nil
	}
	return f
}
