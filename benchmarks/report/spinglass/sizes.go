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
	here       summary
	replicates replicates           // nil for fewer than two disorders
	published  *spinglass.Published // nil where the paper shows none
	other      *otherProgram        // nil if the other program has no figures of this size
	exact      landscape.Moments    // of all minima; NaN above mostExact spins
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
			sizeRuns: s, here: s.summary(), replicates: s.replicates(),
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

// A statistic is a function of the summary of one size.
type statistic = estimate.Statistic[summary]

// A replicates list describes the uncertainty of a summary.
type replicates = []estimate.Replicates[summary]

// replicates returns the summaries without one disorder each. Disorders are the independent
// units. The interval of a mean of them is then Student's.
func (s *sizeRuns) replicates() replicates {
	return estimate.Jackknife(len(s.disorders), func(i int) summary {
		others := sizeRuns{n: s.n, disorders: append(append([]disorder(nil), s.disorders[:i]...), s.disorders[i+1:]...)}
		return others.summary()
	})
}

// evaluate computes a statistic of the size, with its interval.
func (s *sizeResult) evaluate(of statistic) estimate.Estimate {
	return estimate.Evaluate(s.here, s.replicates, of)
}

// publishedMeanScore returns the distance of the published mean from the means of
// the disorders here, in their standard deviations.
func (s *sizeResult) publishedMeanScore() estimate.Estimate {
	if s.published == nil {
		return estimate.Unknown()
	}
	return estimate.Standardised(s.published.Mean, s.each(disorder.meanEnergy))
}

// publishedSpreadScore returns the distance of the logarithm of the published
// standard deviation from those of the disorders here, in their standard
// deviations.
func (s *sizeResult) publishedSpreadScore() estimate.Estimate {
	if s.published == nil {
		return estimate.Unknown()
	}
	logs := withoutNaN(s.each(func(d disorder) float64 { return math.Log(d.variance) / 2 }))
	return estimate.Standardised(math.Log(s.published.SD), logs)
}

// fittedSizes returns the sizes that enter fits and claims: those whose runs
// arrived and, if any size has two disorders or more, with two disorders or more.
func fittedSizes(sizes []sizeResult) []sizeResult {
	arrived := slices.DeleteFunc(slices.Clone(sizes), func(s sizeResult) bool { return len(s.energies) == 0 || !s.arrived() })
	return estimate.PreferReplicated(arrived, func(s sizeResult) bool { return s.replicates != nil })
}

func newSeries(sizes []sizeResult) series {
	var s series
	for _, size := range sizes {
		s.Add(size.here, size.replicates)
	}
	return s
}

func number(s summary) int { return s.n }

// The statistics of one size.
var (
	meanEnergy      = statistic{Of: func(s summary) float64 { return s.mean }}
	lowestEnergy    = statistic{Of: func(s summary) float64 { return s.lowest }}
	shareBelow      = statistic{Of: func(s summary) float64 { return s.below }}
	sdBetween       = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.between }}
	sdWithin        = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.within }}
	varianceBetween = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.between * s.between }}
	varianceWithin  = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.within * s.within }}
)
