package mnist

import (
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// A sizeResult is everything known about the networks of one size.
type sizeResult struct {
	sizeRuns
	here       summary
	replicates replicates // of here; nil for fewer than two packs
	published  *summary   // nil where the paper shows none
}

// series are the summaries of several sizes.
type series = estimate.Series[summary]

// newSizeResults summarises the runs of each planned size. Published figures are
// those of networks with one hidden layer.
func newSizeResults(runs []mnist.Run, plan mnist.Plan) []sizeResult {
	var results []sizeResult
	for _, s := range groupRuns(runs, plan.Sizes) {
		r := sizeResult{sizeRuns: s, here: s.summary(), replicates: s.replicates()}
		if p, ok := publishedSummary(s.n); ok && plan.Hidden == nil {
			r.published = &p
		}
		results = append(results, r)
	}
	return results
}

// evaluate computes a statistic of the size, with its interval.
func (s *sizeResult) evaluate(of statistic) estimate.Estimate {
	return estimate.Evaluate(s.here, s.replicates, of)
}

// seriesHere returns the summaries of the sizes that enter fits and claims: those
// with runs and, if any size has two packs or more, with two packs or more.
func seriesHere(sizes []sizeResult) series {
	withRuns := slices.DeleteFunc(slices.Clone(sizes), func(s sizeResult) bool { return s.here.runs == 0 })
	var here series
	for _, s := range estimate.PreferReplicated(withRuns, func(s sizeResult) bool { return s.replicates != nil }) {
		here.Add(s.here, s.replicates)
	}
	return here
}

// seriesPublished returns what the paper shows of the sizes.
func seriesPublished(sizes []sizeResult) series {
	var published series
	for _, s := range sizes {
		if s.published != nil {
			published.Add(*s.published, publishedReplicates(*s.published))
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

func number(s summary) int { return s.n }

// The statistics of one size.
var (
	meanTrain    = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.train.mean }}
	meanTest     = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.test.mean }}
	sdTrain      = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.train.sd }}
	sdTest       = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.test.sd }}
	varianceTest = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.test.sd * s.test.sd }}
	pearson      = statistic{Scale: estimate.Fisher, Of: func(s summary) float64 { return s.r }}
	scaledMean   = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.test.mean / paperFactor(s.n) }}
	scaledSD     = statistic{Scale: estimate.Log, Of: func(s summary) float64 { return s.test.sd / paperFactor(s.n) }}
)
