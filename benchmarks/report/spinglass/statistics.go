package spinglass

import (
	"fmt"
	"math"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/benchmarks/report/page"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
	"github.com/lossglass/lossglass/core/landscape"
)

// statistics are all numbers of a report.
type statistics struct {
	plan       spinglass.Plan
	sizes      []sizeResult
	fitted     []sizeResult // those that enter fits and claims
	here       series       // of the fitted sizes
	fit        finiteSizeFit
	approaches []approach      // of the mean to its limit
	descents   []meanDescent   // along the trajectories
	isGradient bool            // the trajectories follow gradient flow closely
	claims     []verdict.Claim // not decided
}

func newStatistics(runs []spinglass.Run, plan spinglass.Plan, t trajectories) *statistics {
	s := &statistics{plan: plan, sizes: newSizeResults(runs, plan), descents: averageTrajectories(t.points), isGradient: followsGradient(t.plan)}
	s.fitted = fittedSizes(s.sizes)
	s.here = newSeries(s.fitted)
	s.approaches = fitApproaches(s.here, plan.P)
	law := s.approaches[exponentGiven].fit
	s.fit = finiteSizeFit{law.Limit, law.Factor}
	s.claims = s.makeClaims()
	return s
}

// quantileTable shows the distribution of the energies of all runs.
func (s *statistics) quantileTable() page.Table {
	t := page.Table{Head: []string{"Λ", "", "5 %", "25 %", "50 %", "75 %", "95 %", "lowest of D", "values", "steps"}}
	for _, size := range s.sizes {
		row := []string{strconv.Itoa(size.n), "here"}
		for _, q := range []float64{.05, .25, .5, .75, .95} {
			row = append(row, format.Decimals(size.quantile(q), 4))
		}
		values := estimate.Mean(size.each(func(d disorder) float64 { return float64(d.values) }))
		t.Add(append(row, size.evaluate(lowestEnergy).Text(3), format.Decimals(values, 1), format.Decimals(size.steps, 0))...)
		if p := size.published; p != nil {
			bins := format.Dash
			if n, ok := occupiedBins[p.N]; ok {
				bins = strconv.Itoa(n)
			}
			t.Add("", "paper", format.Decimals(p.Q05, 4), format.Decimals(p.Q25, 4), format.Decimals(p.Median, 4), format.Decimals(p.Q75, 4), format.Decimals(p.Q95, 4),
				format.Dash, bins, format.Dash)
		}
		if o := size.other; o != nil && o.hasLowest() {
			t.Add("", "other", format.Dash, format.Dash, format.Dash, format.Dash, format.Dash, format.Decimals(o.lowest, 3), format.Dash, format.Dash)
		}
	}
	return t
}

// minimaTable compares the energies with exact means over all minima.
func (s *statistics) minimaTable() page.Table {
	t := page.Table{Head: []string{"Λ", "mean here", "mean of all minima", "their sd", "minima", "below -E∞", "share below, here"}}
	for _, size := range s.sizes {
		if math.IsNaN(size.exact.Count) {
			continue
		}
		below := landscape.Minima(s.plan.P, size.n, -landscape.Threshold(s.plan.P)).Count
		t.Add(strconv.Itoa(size.n), size.evaluate(meanEnergy).Text(4), format.Decimals(size.exact.Mean, 4), format.Decimals(size.exact.SD, 4),
			format.Decimals(size.exact.Count, 2), format.Decimals(below, 3), format.Percent(size.here.below, 1))
	}
	return t
}

// approachTable shows the fits of the mean energy.
func (s *statistics) approachTable() page.Table {
	t := page.Table{Head: []string{"E[L/Λ] = limit + slope Λ^-exponent", "limit", "slope", "exponent", "chi2", "dof", "p"}}
	for _, a := range s.approaches {
		t.Add(append([]string{a.name, a.limit.Text(4), a.slope.Text(3), a.exponent.Text(3)}, a.goodness.Cells()...)...)
	}
	return t
}

// exponentTable shows the exponents of the variances over all sizes and between successive
// ones.
func (s *statistics) exponentTable() page.Table {
	t := page.Table{Head: []string{"sizes", "within a disorder", "chi2", "dof", "p", "between disorders", "chi2", "dof", "p"}}
	row := []string{"all"}
	for _, variance := range []statistic{varianceWithin, varianceBetween} {
		row = append(row, gamma(s.here, variance).Text(3))
		row = append(row, gammaGoodness(s.here, variance).Cells()...)
	}
	t.Add(row...)
	for i := 1; i < len(s.here.Summaries); i++ {
		row := []string{fmt.Sprintf("%d to %d", s.here.Summaries[i-1].n, s.here.Summaries[i].n)}
		for _, variance := range []statistic{varianceWithin, varianceBetween} {
			row = append(row, estimate.Negative(estimate.LocalExponent(s.here, i, number, variance)).Text(2), format.Dash, format.Dash, format.Dash)
		}
		t.Add(row...)
	}
	return t
}
