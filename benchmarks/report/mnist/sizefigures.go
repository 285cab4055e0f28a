package mnist

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
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
func (d drawing) newSizePlot(y string) *plot.Plot {
	var sizes []int
	for _, size := range d.sizes {
		sizes = append(sizes, size.n)
	}
	return figure.NewSizePlot("hidden units n", y, sizes)
}

// meanVarianceFigure shows mean and variance of the test loss against the size.
func (d drawing) meanVarianceFigure() *figure.Figure {
	mean, variance := d.newSizePlot("mean test loss (nats)"), d.newSizePlot("variance of test loss (nats²)")
	figure.SetLog(&mean.Y, &variance.Y)
	means, variances := d.pointsHere(meanTest).Positive(), d.pointsHere(varianceTest).Positive()
	f := &figure.Figure{
		Name: "mean-variance", Title: "Mean and variance of the test loss", Height: 250, Legend: figure.HereAndPaperEntries,
		Caption: "As the paper's Fig. 10, with 95 % intervals. Curves, through more points than they have coefficients: c exp(alpha n^beta) and v n^-gamma, fitted to the sizes from 25 units up." +
			figure.LeftOut(means.LeftOut+variances.LeftOut),
	}
	if !figure.AddHereAndPaper(mean, means, d.pointsPublished(meanTest)) {
		return nil
	}
	f.Panels = [][]*plot.Plot{{mean}}
	for _, source := range []struct {
		name   string
		fit    fittedSeries
		color  color.NRGBA
		dashes []vg.Length
	}{{"fit here", d.fit, figure.Blue, nil}, {"same fit to the paper's", d.publishedFit, figure.Black, figure.Dashed}} {
		values := source.fit.series.Summaries
		if len(values) == 0 {
			continue
		}
		low, high := float64(values[0].n), float64(values[len(values)-1].n)
		curve := func(law func(float64) float64) *plotter.Line {
			return figure.NewCurve(low, high, source.color, source.dashes, law)
		}
		law := fitVariance(source.fit.series)
		if law.Known() {
			variance.Add(curve(law.At))
		}
		if source.fit.known() {
			mean.Add(curve(source.fit.at))
		}
		if law.Known() || source.fit.known() {
			f.Legend = append(f.Legend, figure.Entry{Name: source.name, Thumbs: []plot.Thumbnailer{figure.NewLine(nil, source.color, source.dashes)}})
		}
	}
	figure.AddMargins(mean)
	if figure.AddHereAndPaper(variance, variances, d.pointsPublished(varianceTest)) {
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
func (d drawing) correlationFigure() *figure.Figure {
	f := &figure.Figure{
		Name: "correlation", Title: "Correlation of train and test loss", Height: 210, Legend: figure.HereAndPaperEntries,
		Caption: "With 95 % intervals. Above: as in Table 1. Below: corrected to the spread that the train loss has at 25 units.",
	}
	for _, panel := range []struct {
		label           string
		here, published figure.Points
	}{
		{"Pearson's r", d.pointsHere(pearson), d.pointsPublished(pearson)},
		{"r corrected for range", correctedPoints(d.here, figure.Here), correctedPoints(d.published, figure.Published)},
	} {
		p := d.newSizePlot(panel.label)
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
