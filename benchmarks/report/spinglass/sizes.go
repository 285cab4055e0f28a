package spinglass

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/core/landscape"
)

// A sizeResult is everything known about one number of spins.
type sizeResult struct {
	sizeRuns
	here      summary
	resamples []summary            // nil for fewer than two disorders
	published *spinglass.Published // nil where the paper shows none
	other     *otherProgram        // nil if the other program has no figures of this size
	exact     landscape.Moments    // of all minima; NaN above mostExact spins
}

// series are the summaries of several sizes.
type series = estimate.Series[summary]

// mostExact is the largest size whose minima are counted, which takes a time that
// grows as n^4.
const mostExact = 100

// newSizeResults summarises the runs of each planned size.
func newSizeResults(runs []spinglass.Run, plan spinglass.Plan) []sizeResult {
	var results []sizeResult
	for _, s := range groupRuns(runs, plan) {
		r := sizeResult{
			sizeRuns: s, here: s.summary(), resamples: s.resample(),
			exact: landscape.Moments{Count: math.NaN(), Mean: math.NaN(), SD: math.NaN()},
		}
		if plan.P == paperP {
			r.published, r.other = publishedEnergies(s.n), otherProgramAt(s.n)
		}
		if s.n <= mostExact && len(s.energies) > 0 {
			r.exact = landscape.Minima(plan.P, s.n, math.Inf(1))
		}
		results = append(results, r)
	}
	return results
}

// evaluate computes a statistic of the size, with resamples.
func (s *sizeResult) evaluate(statistic func(summary) float64) estimate.Estimate {
	return estimate.Evaluate(s.here, s.resamples, statistic)
}

// publishedMeanScore returns the distance of the published mean from the means of
// the disorders here, in their standard deviations.
func (s *sizeResult) publishedMeanScore() estimate.Estimate {
	if s.published == nil {
		return estimate.Unknown()
	}
	return standardise(s.published.Mean, s.each(disorder.meanEnergy), s.n)
}

// publishedSpreadScore returns the distance of the logarithm of the published
// standard deviation from those of the disorders here, in their standard
// deviations.
func (s *sizeResult) publishedSpreadScore() estimate.Estimate {
	if s.published == nil {
		return estimate.Unknown()
	}
	logs := withoutNaN(s.each(func(d disorder) float64 { return math.Log(d.variance) / 2 }))
	return standardise(math.Log(s.published.SD), logs, s.n)
}

// fittedSizes returns the sizes that enter fits and claims: those whose runs
// arrived and, if any size has resamples, with resamples.
func fittedSizes(sizes []sizeResult) []sizeResult {
	arrived := slices.DeleteFunc(slices.Clone(sizes), func(s sizeResult) bool { return len(s.energies) == 0 || !s.arrived() })
	return estimate.PreferResampled(arrived, func(s sizeResult) bool { return s.resamples != nil })
}

func newSeries(sizes []sizeResult) series {
	var s series
	for _, size := range sizes {
		s.Add(size.here, size.resamples)
	}
	return s
}

// The statistics of one size.
func number(s summary) int              { return s.n }
func meanEnergy(s summary) float64      { return s.mean }
func lowestEnergy(s summary) float64    { return s.lowest }
func shareBelow(s summary) float64      { return s.below }
func sdBetween(s summary) float64       { return s.between }
func sdWithin(s summary) float64        { return s.within }
func varianceBetween(s summary) float64 { return s.between * s.between }
func varianceWithin(s summary) float64  { return s.within * s.within }
