package report

import (
	"fmt"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/train"
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
	claims   []claim
}

func newStatistics(runs []train.Run, plan train.Plan, environments []environment.Environment) *statistics {
	sizes := measure(runs, plan.Sizes)
	s := &statistics{sizes: sizes, table: newTable(sizes, plan, environments), ours: here(sizes), paper: inPaper(sizes)}
	s.fit, s.paperFit = fitSeries(s.ours.from(fitFrom)), fitSeries(s.paper.from(fitFrom))
	s.likeness = likenesses(sizes)
	s.claims = claims(s)
	return s
}

// fitGrid sets the fits beside the paper's.
func (s *statistics) fitGrid() grid {
	g := grid{Head: []string{"fit to sizes from " + strconv.Itoa(fitFrom), "c (nats)", "alpha", "beta", "rms residual", "gamma"}}
	for _, row := range []struct {
		name string
		fit  fittedSeries
	}{{"here", s.fit}, {"paper's means and variances", s.paperFit}} {
		with := func(of func(lossFit) float64, n int) string {
			return row.fit.estimate(func(f lossFit, _ []summary) float64 { return of(f) }).text(n)
		}
		g.add(row.name,
			with(func(f lossFit) float64 { return f.c }, 4),
			with(func(f lossFit) float64 { return f.alpha }, 2),
			with(func(f lossFit) float64 { return f.beta }, 3),
			percentText(row.fit.rms),
			row.fit.series.estimate(exponent).text(3))
	}
	g.add("paper's own scaling (Fig. 3)", dash, decimals(paperAlpha, 2), decimals(paperBeta, 3), dash, dash)
	return g
}

// correlationGrid sets the correlations, raw and corrected for range
// restriction, beside the paper's.
func (s *statistics) correlationGrid() grid {
	g := grid{Head: []string{"n", "r here", "Table 1 / Fig. 7", "sd ratio u", "corrected, here", "corrected, paper"}}
	for _, one := range s.sizes {
		n := one.n
		paper, paperCorrected := dash, dash
		if one.paper != nil {
			paper = decimals(one.paper.r, 4)
			paperCorrected = s.paper.estimate(correctedOf(n)).text(3)
		}
		g.add(strconv.Itoa(n), estimate{one.here.r, each(one.resampled, pearson)}.text(3), paper,
			decimals(spreadRatio(s.ours.values, n), 2), s.ours.estimate(correctedOf(n)).text(3), paperCorrected)
	}
	return g
}

// likenessGrid shows the intra-pack correlations.
func (s *statistics) likenessGrid() grid {
	g := grid{Head: []string{"n", "packs", "train loss: ICC", "p", "test loss: ICC", "p"}}
	for _, l := range s.likeness {
		g.add(strconv.Itoa(l.n), strconv.Itoa(l.packs), l.train.String(), decimals(l.train.p, 3), l.test.String(), decimals(l.test.p, 3))
	}
	return g
}

func (l likeness) String() string { return withInterval(l.icc, l.at(.95), 3) }

func (e estimate) text(n int) string { return withInterval(e.value, e.at(.95), n) }

// withInterval writes a number and its interval.
func withInterval(v float64, i interval, n int) string {
	if !i.known() {
		return decimals(v, n)
	}
	return fmt.Sprintf("%s (%s)", decimals(v, n), i.text(n))
}
