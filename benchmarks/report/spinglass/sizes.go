package spinglass

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/core/landscape"
)

// A size is everything known about one number of spins.
type size struct {
	sample
	here  summary
	drawn []summary            // nil for fewer than two disorders
	paper *spinglass.Published // nil where the paper shows none
	other *reproduction        // nil where there is none
	exact landscape.Moments
}

// mostExact is the largest size whose minima are counted, which takes a time that
// grows as n^4.
const mostExact = 100

func measure(runs []spinglass.Run, plan spinglass.Plan) []size {
	var all []size
	for _, s := range samples(runs, plan) {
		one := size{sample: s, here: s.summary(), drawn: s.draws(), exact: landscape.Moments{Count: math.NaN(), Mean: math.NaN(), SD: math.NaN()}}
		if plan.P == paperP {
			one.paper, one.other = publishedOf(s.n), reproductionOf(s.n)
		}
		if s.n <= mostExact && len(s.energies) > 0 {
			one.exact = landscape.Minima(plan.P, s.n, math.Inf(1))
		}
		all = append(all, one)
	}
	return all
}

// of is a statistic of the size with what other disorders could have given.
func (s *size) of(statistic func(summary) float64) estimate.Estimate {
	e := estimate.Estimate{Value: statistic(s.here)}
	for _, v := range s.drawn {
		e.Resamples = append(e.Resamples, statistic(v))
	}
	return e
}

func meanOf(s summary) float64    { return s.mean }
func betweenOf(s summary) float64 { return s.between }
func withinOf(s summary) float64  { return s.within }
func lowestOf(s summary) float64  { return s.lowest }
func belowOf(s summary) float64   { return s.below }

// arrived reports whether 95 % of the runs or more came to the tolerance.
func (s *size) arrived() bool { return 20*s.converged >= 19*len(s.energies) }

// measured are the sizes that enter fits and claims: those whose runs arrived, of
// two disorders or more. If there are none of these, those of one: there is an
// estimate then and no interval.
func measured(sizes []size) []size {
	var some, whole []size
	for _, s := range sizes {
		if !s.arrived() {
			continue
		}
		if s.drawn != nil {
			some = append(some, s)
		}
		if len(s.energies) > 0 {
			whole = append(whole, s)
		}
	}
	if some == nil {
		return whole
	}
	return some
}

// over applies a statistic of several sizes to them and to their draws, which are
// independent from size to size.
func over(sizes []size, statistic func([]summary) float64) estimate.Estimate {
	row := make([]summary, len(sizes))
	for i, s := range sizes {
		row[i] = s.here
	}
	e := estimate.Estimate{Value: statistic(row)}
	for b := range estimate.ResampleCount {
		for i, s := range sizes {
			if s.drawn == nil {
				return e
			}
			row[i] = s.drawn[b]
		}
		e.Resamples = append(e.Resamples, statistic(row))
	}
	return e
}
