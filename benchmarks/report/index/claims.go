package index

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// The numbers that the words of the claims stand for.
const (
	lowIndex  = .01 // normalised, k/P: "of the order 0.01"
	fewRuns   = .01 // of all, which may be exceptions from "all"
	almostAll = .95
	sameShare = .05
	visible   = .1 // difference of a bar that a comparison of histograms must be able to show
)

// makeClaims returns the claims of the paper and those that this report adds, not yet decided.
func makeClaims(sizes []*sizeResult) []verdict.Claim {
	sizes = withRuns(sizes)
	var s series
	for _, size := range estimate.PreferReplicated(sizes, func(r *sizeResult) bool { return r.Replicates != nil }) {
		s.Add(size.Here, size.Replicates)
	}
	last := len(thresholds()) - 2 // 1e-6; at 0, eigenvalues that are zero are ambiguous
	return []verdict.Claim{{
		Text: "All solutions are minima or saddle points of a very low normalised index, of the order 0.01", Source: "sec. 5.3",
		Rule:   "share of the runs with k/P above 0.01, for k eigenvalues below -0.001 of P; it may be below 1 %. The paper's own: 4.1 % at 25 units, 0.1 % at 50, none at 10 and 100",
		Region: verdict.Below(fewRuns), Quantities: each(sizes, func(r *sizeResult) estimate.Estimate {
			return r.share(paperThreshold, int(lowIndex*float64(r.parameters()))+1, r.parameters())
		}),
	}, {
		Text: "Almost all solutions have index 0", Source: "Choromanska, LeCun, Ben Arous, COLT 2015",
		Rule:   "share of the runs without an eigenvalue below -0.001; almost all: more than 95 %. The paper's own: 86.6 % at 10 units, 8.4 % at 100",
		Region: verdict.Above(almostAll), Quantities: each(sizes, func(r *sizeResult) estimate.Estimate { return r.share(paperThreshold, 0, 0) }),
	}, {
		Text: "The share of the lowest indices is the published one", Source: "Fig. 5",
		Rule:   "share of the runs in the first bar of the paper's histogram (index 0; at 25 and 50 units 0 to 2), here minus there",
		Region: verdict.Near0(sameShare), Quantities: compareFirstBars(sizes),
	}, {
		Text: "The whole histogram is the published one", Source: "Fig. 5",
		Rule: "whether both are of one distribution: chi squared in the paper's bars, rare ones joined, with all runs as independent; undecided if it is not rejected, but a bar could differ by 10 points and more without notice",
		Laws: compareHistograms(sizes),
	}, {
		Text: "The mean index grows with the size", Source: "not in the paper, whose bars rise from 10 to 25 units, fall to 50 and rise to 100",
		Rule:   "mean number of eigenvalues below -0.001 of each size minus that of the size before",
		Region: verdict.Positive, Quantities: verdict.SuccessiveDifferences(s, func(v summary) int { return v.n }, meanIndexAt(0)),
	}, {
		Text: "Runs of a higher index have a higher train loss", Source: "sec. 3 and 4: high-index critical points lie at higher losses",
		Rule:   "Pearson correlation of index and train loss over the runs of a size",
		Region: verdict.Positive, Quantities: each(sizes, func(r *sizeResult) estimate.Estimate {
			return r.Evaluate(statistic{Scale: estimate.Fisher, Of: func(v summary) float64 { return v.r }})
		}),
	}, {
		Text: "The index does not depend on the threshold", Source: "not in the paper, which states one",
		Rule:   "share of the runs of index 0 at a threshold of 0.001 minus that at 0.000001, over the same runs",
		Region: verdict.Near0(sameShare), Quantities: each(sizes, func(r *sizeResult) estimate.Estimate {
			return estimate.OfShare(r.count(paperThreshold, 0, 0)-r.count(thresholds()[last], 0, 0), len(r.Runs))
		}),
	}, {
		Text: "The ends of training are critical points", Source: "sec. 5.3 calls them minima or saddle points",
		Rule:   "mean gradient norm over 0.001, which it is a unit of length from a critical point along an eigenvector whose eigenvalue is the threshold; the unit is arbitrary",
		Region: verdict.Below1, Quantities: each(sizes, func(r *sizeResult) estimate.Estimate {
			return r.Evaluate(statistic{Scale: estimate.Log, Of: func(v summary) float64 { return v.gradient / paperThreshold }})
		}),
	}}
}

// each returns an estimate of each size.
func each(sizes []*sizeResult, of func(*sizeResult) estimate.Estimate) []verdict.Quantity {
	var all []verdict.Quantity
	for _, s := range sizes {
		if e := of(s); e.Value == e.Value {
			all = append(all, verdict.Quantity{Label: fmt.Sprintf("n = %d", s.N), Estimate: e})
		}
	}
	return all
}

// published returns the sizes of which the paper shows a histogram.
func published(sizes []*sizeResult) (shown []*sizeResult) {
	for _, s := range sizes {
		if s.bars != nil {
			shown = append(shown, s)
		}
	}
	return shown
}

// compareHistograms compares all bars.
func compareHistograms(sizes []*sizeResult) (laws []verdict.Law) {
	for _, s := range published(sizes) {
		laws = append(laws, verdict.Law{Label: fmt.Sprintf("n = %d", s.N), Goodness: s.sameHistogram(), Rejected: verdict.Differs, IsBlind: s.visibleDifference() > visible})
	}
	return laws
}

// compareFirstBars compares the shares of the first bars.
func compareFirstBars(sizes []*sizeResult) []verdict.Quantity {
	return each(published(sizes), func(s *sizeResult) estimate.Estimate {
		first := s.bars[0]
		return estimate.Difference(s.share(paperThreshold, first.low, first.high), estimate.OfShare(first.runs, paperRuns))
	})
}
