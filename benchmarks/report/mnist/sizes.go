package mnist

import (
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// A sizeResult is everything known about the networks of one size.
type sizeResult struct {
	sizeRuns
	here      summary
	resamples []summary // of here, by bootstrap; nil if there are none
	published *summary  // nil where the paper shows none
}

// series are the summaries of several sizes.
type series = estimate.Series[summary]

// newSizeResults summarises the runs of each planned size. Published figures are
// those of networks with one hidden layer.
func newSizeResults(runs []mnist.Run, plan mnist.Plan) []sizeResult {
	var results []sizeResult
	for _, s := range groupRuns(runs, plan.Sizes) {
		r := sizeResult{sizeRuns: s, here: s.summary(), resamples: s.bootstrap()}
		if p, ok := publishedSummary(s.n); ok && plan.Hidden == nil {
			r.published = &p
		}
		results = append(results, r)
	}
	return results
}

// evaluate computes a statistic of the size, with resamples.
func (s *sizeResult) evaluate(statistic func(summary) float64) estimate.Estimate {
	return estimate.Evaluate(s.here, s.resamples, statistic)
}

// seriesHere returns the summaries of the sizes that enter fits and claims: those
// with runs and, if any size has resamples, with resamples.
func seriesHere(sizes []sizeResult) series {
	withRuns := slices.DeleteFunc(slices.Clone(sizes), func(s sizeResult) bool { return s.here.runs == 0 })
	var here series
	for _, s := range estimate.PreferResampled(withRuns, func(s sizeResult) bool { return s.resamples != nil }) {
		here.Add(s.here, s.resamples)
	}
	return here
}

// seriesPublished returns what the paper shows of the sizes.
func seriesPublished(sizes []sizeResult) series {
	var published series
	for _, s := range sizes {
		if s.published != nil {
			published.Add(*s.published, resamplePublished(*s.published))
		}
	}
	return published
}

// fromSize returns the part of a series with at least n hidden units.
func fromSize(s series, n int) series {
	return s.Select(func(v summary) bool { return v.n >= n })
}

func contains(s series, n int) bool {
	return slices.ContainsFunc(s.Summaries, func(v summary) bool { return v.n == n })
}

// The statistics of one size.
func number(s summary) int           { return s.n }
func meanTrain(s summary) float64    { return s.train.mean }
func meanTest(s summary) float64     { return s.test.mean }
func sdTest(s summary) float64       { return s.test.sd }
func varianceTest(s summary) float64 { return s.test.sd * s.test.sd }
func pearson(s summary) float64      { return s.r }
func scaledMean(s summary) float64   { return s.test.mean / paperFactor(s.n) }
func scaledSD(s summary) float64     { return s.test.sd / paperFactor(s.n) }
