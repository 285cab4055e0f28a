package spinglass

import (
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
	limit      estimate.Estimate // of the fit
	exponent   estimate.Estimate // the mean approaches -E_inf as this power of the inverse size
	descents   []meanDescent     // along the trajectories
	isGradient bool              // the trajectories follow gradient flow closely
	claims     []verdict.Claim
}

func newStatistics(runs []spinglass.Run, plan spinglass.Plan, t trajectories) *statistics {
	s := &statistics{plan: plan, sizes: newSizeResults(runs, plan), descents: averageTrajectories(t.points), isGradient: followsGradient(t.plan)}
	s.fitted = fittedSizes(s.sizes)
	s.here = newSeries(s.fitted)
	s.fit = fitFiniteSize(s.here.Summaries)
	s.limit = s.here.Evaluate(fittedLimit)
	s.exponent = s.here.Evaluate(approachExponent(plan.P))
	s.claims = s.decideClaims()
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

// fitTable shows the fits over the sizes.
func (s *statistics) fitTable() page.Table {
	t := page.Table{Head: []string{"quantity", "here", "theory"}}
	p := s.plan.P
	t.Add("limit of the mean, law Λ^(-2/3)", s.limit.Text(4), format.Decimals(-landscape.Threshold(p), 4)+" (-E∞)")
	t.Add("slope of that law", s.here.Evaluate(fittedSlope).Text(3), format.Dash)
	t.Add("exponent of mean + E∞", s.exponent.Text(3), "0.667")
	if p > 2 {
		t.Add("exponent of the variance within a disorder", s.here.Evaluate(gamma(sdWithin)).Text(3), format.Dash)
	}
	t.Add("exponent of the variance between disorders", s.here.Evaluate(gamma(sdBetween)).Text(3), format.Dash)
	return t
}
