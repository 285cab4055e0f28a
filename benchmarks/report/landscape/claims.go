package landscape

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
	"github.com/lossglass/lossglass/core/spinglass"
)

// Margins within which two numbers count as the same.
const (
	sameCount  = .1 // of ratios of mean numbers
	sameEnergy = .05
)

const exactSource = "exact: Auffinger, Ben Arous, Černý 2013, theorem 2.1"

// claims returns the claims, not yet decided.
func claims(plan landscape.Plan, sizes []sizeResult) []verdict.Claim {
	list := exactClaims(plan, sizes)
	if plan.P == 2 { // the minima of a sample, w and -w, have the same energy
		return list
	}
	return append(list, verdict.Claim{
		Text: "Gradient descent ends below the mean minimum of its landscape", Source: "not in the paper",
		Rule: "mean energy of a sample's descents minus the mean energy of its minima", Region: verdict.Negative,
		Quantities: bySize(sizes, func(s sizeResult) estimate.Estimate { return estimate.OfMean(s.known(gain)) }),
	}, verdict.Claim{
		Text: "The lowest minimum has more than its share of the sphere", Source: "not in the paper",
		Rule: "share of the descents that end in the lowest minimum, times the number of minima; samples with two minima or more", Region: verdict.Above(1),
		Quantities: bySize(sizes, func(s sizeResult) estimate.Estimate { return estimate.OfMean(s.known(favour)) }),
	})
}

// exactClaims are those of the exact means, which are for Gaussian couplings.
func exactClaims(plan landscape.Plan, sizes []sizeResult) (list []verdict.Claim) {
	if plan.Couplings != spinglass.Gauss {
		return nil
	}
	for _, s := range sizes {
		var counts []verdict.Quantity
		for k := range s.independent(plan.P) {
			if c := s.count(k); !math.IsNaN(c.mean) {
				ratio := estimate.FromError(c.mean/c.exact, estimate.Linear, c.standardError/c.exact, float64(len(s.runs)-1))
				counts = append(counts, verdict.Quantity{Label: fmt.Sprintf("k = %d", k), Estimate: ratio})
			}
		}
		list = append(list, verdict.Claim{
			Text: fmt.Sprintf("N = %d: the mean numbers of critical points are the exact ones", s.n), Source: exactSource,
			Rule: "mean number here over the exact one, of each index k", Region: verdict.Near1(sameCount), Quantities: counts,
		})
	}
	return append(list, verdict.Claim{
		Text: "The mean energy of the minima is the exact one", Source: exactSource,
		Rule: "mean over the minima here, each counting the same, minus the exact one", Region: verdict.Near0(sameEnergy),
		Quantities: bySize(sizes, func(s sizeResult) estimate.Estimate { return s.minimaEnergy().Plus(-s.minima.Mean) }),
	})
}

// bySize returns an estimate of each size that has a value.
func bySize(sizes []sizeResult, evaluate func(sizeResult) estimate.Estimate) []verdict.Quantity {
	var quantities []verdict.Quantity
	for _, s := range sizes {
		if e := evaluate(s); !math.IsNaN(e.Value) {
			quantities = append(quantities, verdict.Quantity{Label: sizeLabel(s.n), Estimate: e})
		}
	}
	return quantities
}

func sizeLabel(n int) string { return fmt.Sprintf("N = %d", n) }
