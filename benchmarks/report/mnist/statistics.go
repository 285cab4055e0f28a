package mnist

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// statistics are all numbers of a report.
type statistics struct {
	plan         mnist.Plan
	planned      map[int]int // runs, by size
	sizes        []sizeResult
	here         series // the sizes that enter fits and claims
	published    series // the planned sizes that the paper shows
	fit          fittedSeries
	publishedFit fittedSeries // the same fit to the published means
	correlations []sizeCorrelations
	claims       []verdict.Claim // not decided
}

// newStatistics computes the statistics of runs of a plan, which was computed in the given
// parts; none: as a whole.
func newStatistics(runs []mnist.Run, plan mnist.Plan, parts ...mnist.Plan) *statistics {
	if parts == nil {
		parts = []mnist.Plan{plan}
	}
	sizes := newSizeResults(runs, plan)
	s := &statistics{
		plan: plan, planned: bysize.Planned(parts), sizes: sizes, here: seriesHere(sizes), published: seriesPublished(sizes),
		correlations: correlateWithinPacks(sizes),
	}
	s.fit, s.publishedFit = fitSeries(fromSize(s.here, fitFrom)), fitSeries(fromSize(s.published, fitFrom))
	s.claims = s.makeClaims()
	return s
}

// fitTable compares the fits with those to the published means.
func (s *statistics) fitTable() page.Table {
	t := page.Table{Head: []string{"fit to sizes from " + strconv.Itoa(fitFrom), "c (nats)", "alpha", "beta", "rms residual", "chi2", "dof", "p", "gamma", "chi2", "dof", "p"}}
	for _, row := range []struct {
		name string
		fit  fittedSeries
	}{{"here", s.fit}, {"paper's means and variances", s.publishedFit}} {
		text := func(scale estimate.Scale, coefficient func(lossFit) float64, decimals int) string {
			return row.fit.evaluate(scale, func(f lossFit, _ []summary) float64 { return coefficient(f) }).Text(decimals)
		}
		cells := []string{
			row.name,
			text(estimate.Log, func(f lossFit) float64 { return f.c }, 4),
			text(estimate.Linear, func(f lossFit) float64 { return f.alpha }, 2),
			text(estimate.Linear, func(f lossFit) float64 { return f.beta }, 3),
			format.Percent(row.fit.rms, 2),
		}
		cells = append(cells, row.fit.goodness.Cells()...)
		cells = append(cells, gamma(row.fit.series).Text(3))
		t.Add(append(cells, fitVariance(row.fit.series).Goodness.Cells()...)...)
	}
	own := []string{"paper's own scaling (Fig. 3)", format.Dash, format.Decimals(paperAlpha, 2), format.Decimals(paperBeta, 3)}
	for len(own) < len(t.Head) {
		own = append(own, format.Dash)
	}
	t.Add(own...)
	return t
}

// exponentTable shows the exponents of the variance between successive sizes.
func (s *statistics) exponentTable() page.Table {
	t := page.Table{Head: []string{"sizes", "here", "paper"}}
	published := make(map[string]string)
	local := func(of series, i int) (sizes, exponent string) {
		sizes = fmt.Sprintf("%d to %d", of.Summaries[i-1].n, of.Summaries[i].n)
		return sizes, estimate.Negative(estimate.LocalExponent(of, i, number, varianceTest)).Text(2)
	}
	for i := 1; i < len(s.published.Summaries); i++ {
		sizes, exponent := local(s.published, i)
		published[sizes] = exponent
	}
	for i := 1; i < len(s.here.Summaries); i++ {
		sizes, exponent := local(s.here, i)
		t.Add(sizes, exponent, cmp.Or(published[sizes], format.Dash))
	}
	return t
}

// correlationTable compares the correlations with the paper's, with those that the runs of
// referenceSize would have at the same spread of the train loss, and corrects all to one
// spread.
func (s *statistics) correlationTable() page.Table {
	t := page.Table{Head: []string{"n", "r here", "Table 1 / Fig. 7", "slope", "scatter", "sd ratio u", "25 units narrowed", "corrected, here", "corrected, paper"}}
	for _, size := range s.sizes {
		n := size.n
		published, publishedCorrected := format.Dash, format.Dash
		if size.published != nil {
			published = format.Decimals(size.published.r, 4)
			publishedCorrected = s.published.Evaluate(correctedPearson(n)).Text(3)
		}
		t.Add(strconv.Itoa(n), size.evaluate(pearson).Text(3), published, format.Decimals(size.here.regressionSlope(), 3), format.Decimals(size.here.scatter(), 5),
			format.Decimals(spreadRatio(s.here.Summaries, n), 2), format.Decimals(narrowedPearson(s.here.Summaries, n), 3),
			s.here.Evaluate(correctedPearson(n)).Text(3), publishedCorrected)
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
