package anneal

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// The numbers that the words of the claims stand for.
const (
	asWell       = .01  // nats that "at least as well" may be worse
	sameLoss     = .1   // of ratios of losses
	smallestDrop = .025 // of the accuracy, in the paper's words
)

// makeClaims returns the claims of the paper and those that this report adds, not yet decided.
func makeClaims(sizes []*sizeResult) []verdict.Claim {
	sizes = withRuns(sizes)
	var ratios []verdict.Quantity
	for m := range threeValued {
		ratios = append(ratios, each(sizes, methodNames[m]+", ", func(s *sizeResult) estimate.Estimate { return estimate.Ratio(s.test(m), s.paperEstimate(m)) })...)
	}
	return []verdict.Claim{{
		Text: "SGD performs at least as well as simulated annealing", Source: "sec. 5.2, Fig. 6",
		Rule:   "mean test loss of annealing minus that of SGD, from the same starts; at least as well: no more than 0.01 worse",
		Region: verdict.Above(-asWell), Quantities: each(sizes, "", (*sizeResult).testDifference),
	}, {
		Text: "SGD also reaches lower losses on the training images, which both methods minimise", Source: "not in the paper",
		Rule:   "mean training loss of annealing minus that of SGD, from the same starts",
		Region: verdict.Positive, Quantities: each(sizes, "", (*sizeResult).trainDifference),
	}, {
		Text: "The mean test losses are the published ones", Source: "Fig. 6",
		Rule:   "mean test loss here over the published one; the paper states neither its images nor its schedules",
		Region: verdict.Near1(sameLoss), Quantities: ratios,
	}, {
		Text: "Three-valued parameters cost less than 2.5 % of accuracy", Source: "sec. 5.2",
		Rule:   "test accuracy of SGD with real parameters minus that of annealing with parameters of -1, 0 and 1",
		Region: verdict.Below(smallestDrop), Quantities: each(sizes, "", func(s *sizeResult) estimate.Estimate { return s.accuracyLost(descent) }),
	}}
}

// each returns an estimate of each size that has a value.
func each(sizes []*sizeResult, prefix string, of func(*sizeResult) estimate.Estimate) (all []verdict.Quantity) {
	for _, s := range sizes {
		if e := of(s); !math.IsNaN(e.Value) {
			all = append(all, verdict.Quantity{Label: fmt.Sprintf("%sn = %d", prefix, s.N), Estimate: e})
		}
	}
	return all
}
