package mnist

import (
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// statistics are all numbers of a report.
type statistics struct {
	plan         mnist.Plan
	sizes        []sizeResult
	here         series // the sizes that enter fits and claims
	published    series // the planned sizes that the paper shows
	fit          fittedSeries
	publishedFit fittedSeries // the same fit to the published means
	correlations []sizeCorrelations
	claims       []verdict.Claim
}

func newStatistics(runs []mnist.Run, plan mnist.Plan) *statistics {
	sizes := newSizeResults(runs, plan)
	s := &statistics{
		plan: plan, sizes: sizes, here: seriesHere(sizes), published: seriesPublished(sizes),
		correlations: correlateWithinPacks(sizes),
	}
	s.fit, s.publishedFit = fitSeries(fromSize(s.here, fitFrom)), fitSeries(fromSize(s.published, fitFrom))
	s.claims = s.decideClaims()
	return s
}

// fitTable compares the fits with those to the published means.
func (s *statistics) fitTable() page.Table {
	t := page.Table{Head: []string{"fit to sizes from " + strconv.Itoa(fitFrom), "c (nats)", "alpha", "beta", "rms residual", "gamma"}}
	for _, row := range []struct {
		name string
		fit  fittedSeries
	}{{"here", s.fit}, {"paper's means and variances", s.publishedFit}} {
		text := func(coefficient func(lossFit) float64, decimals int) string {
			return row.fit.evaluate(func(f lossFit, _ []summary) float64 { return coefficient(f) }).Text(decimals)
		}
		t.Add(row.name,
			text(func(f lossFit) float64 { return f.c }, 4),
			text(func(f lossFit) float64 { return f.alpha }, 2),
			text(func(f lossFit) float64 { return f.beta }, 3),
			format.Percent(row.fit.rms, 2),
			row.fit.series.Evaluate(gamma).Text(3))
	}
	t.Add("paper's own scaling (Fig. 3)", format.Dash, format.Decimals(paperAlpha, 2), format.Decimals(paperBeta, 3), format.Dash, format.Dash)
	return t
}

// correlationTable compares the correlations, as they are and corrected for range
// restriction, with the paper's.
func (s *statistics) correlationTable() page.Table {
	t := page.Table{Head: []string{"n", "r here", "Table 1 / Fig. 7", "sd ratio u", "corrected, here", "corrected, paper"}}
	for _, size := range s.sizes {
		n := size.n
		published, publishedCorrected := format.Dash, format.Dash
		if size.published != nil {
			published = format.Decimals(size.published.r, 4)
			publishedCorrected = s.published.Evaluate(correctedPearson(n)).Text(3)
		}
		t.Add(strconv.Itoa(n), size.evaluate(pearson).Text(3), published,
			format.Decimals(spreadRatio(s.here.Summaries, n), 2), s.here.Evaluate(correctedPearson(n)).Text(3), publishedCorrected)
	}
	return t
}

// packTable shows the correlations within packs.
func (s *statistics) packTable() page.Table {
	t := page.Table{Head: []string{"n", "packs", "train loss: ICC", "p", "test loss: ICC", "p"}}
	for _, c := range s.correlations {
		t.Add(strconv.Itoa(c.n), strconv.Itoa(c.packs), c.train.String(), format.Decimals(c.train.p, 3), c.test.String(), format.Decimals(c.test.p, 3))
	}
	return t
}
