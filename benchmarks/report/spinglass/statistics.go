package spinglass

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// statistics are all numbers of a report.
type statistics struct {
	plan     spinglass.Plan
	sizes    []size
	measured []size // those that enter fits and claims
	law      law
	limit    estimate.Estimate // of the law
	exponent estimate.Estimate
	flows    []flow // along the descents
	isFlow   bool   // the flows follow the gradient closely
	claims   []verdict.Claim
}

func newStatistics(runs []spinglass.Run, plan spinglass.Plan, t trajectories) *statistics {
	s := &statistics{plan: plan, sizes: measure(runs, plan), flows: flowsOf(t.points), isFlow: isFlow(t.plan)}
	s.measured = measured(s.sizes)
	row := make([]summary, len(s.measured))
	for i, one := range s.measured {
		row[i] = one.here
	}
	s.law = fitLaw(row)
	s.limit = over(s.measured, func(v []summary) float64 { return fitLaw(v).limit })
	s.exponent = over(s.measured, func(v []summary) float64 { return freeExponent(plan.P, v) })
	s.claims = claims(s)
	return s
}

// standing says how many standard deviations of the values a further one, drawn
// from the same normal distribution or not, lies above their mean, with the
// uncertainty of mean and standard deviation. There is none for fewer than two
// values.
func standing(values []float64, further float64, seed int) estimate.Estimate {
	m, s := mean(values), sd(values)
	e := estimate.Estimate{Value: (further - m) / s}
	if math.IsNaN(e.Value) || math.IsInf(e.Value, 0) {
		return estimate.Estimate{Value: math.NaN()}
	}
	d := newDrawer(len(values), estimate.PublishedScores, seed)
	for range estimate.ResampleCount {
		m, s := d.draw(0, 1)
		e.Resamples = append(e.Resamples, (e.Value-m)/s)
	}
	return e
}

// meanStanding is where the published mean stands among our disorders.
func (s *size) meanStanding() estimate.Estimate {
	if s.paper == nil {
		return estimate.Estimate{Value: math.NaN()}
	}
	return standing(s.each(func(d disorder) float64 { return d.mean }), s.paper.Mean, s.n)
}

// spreadStanding is where the published standard deviation stands among those
// of our disorders, on a logarithmic scale.
func (s *size) spreadStanding() estimate.Estimate {
	if s.paper == nil {
		return estimate.Estimate{Value: math.NaN()}
	}
	logs := known(s.each(func(d disorder) float64 { return math.Log(d.variance) / 2 }))
	return standing(logs, math.Log(s.paper.SD), s.n)
}
