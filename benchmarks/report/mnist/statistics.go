package mnist

import (
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// statistics are all numbers of a report.
type statistics struct {
	sizes    []size
	table    *Table
	ours     series // sizes with runs
	paper    series // the planned sizes that the paper shows
	fit      fittedSeries
	paperFit fittedSeries // the same fit to the paper's means
	likeness []pairOfLikeness
	claims   []verdict.Claim
}

func newStatistics(runs []mnist.Run, plan mnist.Plan, environments []environment.Environment) *statistics {
	sizes := measure(runs, plan)
	s := &statistics{sizes: sizes, table: newTable(sizes, plan, environments), ours: here(sizes), paper: inPaper(sizes)}
	s.fit, s.paperFit = fitSeries(s.ours.from(fitFrom)), fitSeries(s.paper.from(fitFrom))
	s.likeness = likenesses(sizes)
	s.claims = claims(s)
	return s
}

// fitGrid sets the fits beside the paper's.
func (s *statistics) fitGrid() page.Grid {
	g := page.Grid{Head: []string{"fit to sizes from " + strconv.Itoa(fitFrom), "c (nats)", "alpha", "beta", "rms residual", "gamma"}}
	for _, row := range []struct {
		name string
		fit  fittedSeries
	}{{"here", s.fit}, {"paper's means and variances", s.paperFit}} {
		with := func(of func(lossFit) float64, n int) string {
			return row.fit.estimate(func(f lossFit, _ []summary) float64 { return of(f) }).Text(n)
		}
		g.Add(row.name,
			with(func(f lossFit) float64 { return f.c }, 4),
			with(func(f lossFit) float64 { return f.alpha }, 2),
			with(func(f lossFit) float64 { return f.beta }, 3),
			format.Percent(row.fit.rms, 2),
			row.fit.series.estimate(exponent).Text(3))
	}
	g.Add("paper's own scaling (Fig. 3)", format.Dash, format.Decimals(paperAlpha, 2), format.Decimals(paperBeta, 3), format.Dash, format.Dash)
	return g
}

// correlationGrid sets the correlations, raw and corrected for range
// restriction, beside the paper's.
func (s *statistics) correlationGrid() page.Grid {
	g := page.Grid{Head: []string{"n", "r here", "Table 1 / Fig. 7", "sd ratio u", "corrected, here", "corrected, paper"}}
	for _, one := range s.sizes {
		n := one.n
		paper, paperCorrected := format.Dash, format.Dash
		if one.paper != nil {
			paper = format.Decimals(one.paper.r, 4)
			paperCorrected = s.paper.estimate(correctedOf(n)).Text(3)
		}
		g.Add(strconv.Itoa(n), estimate.Estimate{Value: one.here.r, Resamples: each(one.resampled, pearson)}.Text(3), paper,
			format.Decimals(spreadRatio(s.ours.values, n), 2), s.ours.estimate(correctedOf(n)).Text(3), paperCorrected)
	}
	return g
}

// likenessGrid shows the intra-pack correlations.
func (s *statistics) likenessGrid() page.Grid {
	g := page.Grid{Head: []string{"n", "packs", "train loss: ICC", "p", "test loss: ICC", "p"}}
	for _, l := range s.likeness {
		g.Add(strconv.Itoa(l.n), strconv.Itoa(l.packs), l.train.String(), format.Decimals(l.train.p, 3), l.test.String(), format.Decimals(l.test.p, 3))
	}
	return g
}

func (l likeness) String() string { return l.at(.95).TextAround(l.icc, 3) }
