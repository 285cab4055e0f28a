package spinglass

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
	"github.com/lossglass/lossglass/core/landscape"
)

// Margins within which two numbers count as the same.
const (
	sameEnergy   = .02 // of means of the same size; a few standard deviations between disorders at 50 spins
	sameLimit    = .01 // of the limit of the mean and -E_inf; E_0 - E_inf is 0.024
	sameExponent = .1
	sameFlow     = .03            // of a finite size and the limit of many spins
	mostScore    = 3 * math.Sqrt2 // in standard deviations between disorders
)

const notInPaper = "not in the paper"

// makeClaims returns the claims of the paper and of the theory, not yet decided.
func (s *statistics) makeClaims() []verdict.Claim {
	p := s.plan.P
	var claims []verdict.Claim
	if p > 2 { // for p = 2 all starts of a disorder end in its ground state
		claims = append(claims, verdict.Claim{
			Text: "The energies that one disorder's starts reach concentrate as Λ grows", Source: "Fig. 3, Fig. 8",
			Rule:   "variance within a disorder, of each size over that of the size before",
			Region: verdict.Below1, Quantities: verdict.SuccessiveRatios(s.here, number, varianceWithin),
		})
	}
	claims = append(claims, verdict.Claim{
		Text: "The disorders come to agree as Λ grows", Source: notInPaper + ", which has one disorder of each size",
		Rule:   "variance of the disorders' means, of each size over that of the size before",
		Region: verdict.Below1, Quantities: verdict.SuccessiveRatios(s.here, number, varianceBetween),
	}, verdict.Claim{
		Text: "The mean energy comes closer to -E∞ as Λ grows", Source: "Fig. 3, Fig. 8",
		Rule:       "mean of L/Λ + E∞, of each size over that of the size before",
		Region:     verdict.Below1,
		Quantities: verdict.SuccessiveRatios(s.here, number, statistic{Of: func(v summary) float64 { return v.mean + landscape.Threshold(p) }}),
	})
	claims = append(claims, s.publishedClaims()...)
	claims = append(claims, s.approachClaims()...)
	claims = append(claims, verdict.Claim{
		Text: "The lowest of a disorder's starts lies above the ground state -E0 of the limit", Source: "sec. 4, for Λ to infinity",
		Rule:   "mean over the disorders of the lowest energy, plus E0",
		Region: verdict.Positive,
		Quantities: s.bySize(func(r sizeResult) estimate.Estimate {
			return r.evaluate(lowestEnergy).Plus(landscape.LowestEnergy(p, 0))
		}),
	})
	if p > 2 {
		claims = append(claims, verdict.Claim{
			Text: "Most descents end in the band below -E∞", Source: "sec. 4, for Λ to infinity",
			Rule:       "share of the runs below -E∞, at each size",
			Region:     verdict.Above(.5),
			Quantities: s.bySize(func(r sizeResult) estimate.Estimate { return r.evaluate(shareBelow) }),
		}, verdict.Claim{
			Text: "Descents end below the mean energy of all minima", Source: "exact mean: Auffinger, Ben Arous, Černý 2013, theorem 2.1",
			Rule:       "mean here minus the exact mean over all minima, each counting the same",
			Region:     verdict.Negative,
			Quantities: s.bySize(func(r sizeResult) estimate.Estimate { return r.evaluate(meanEnergy).Plus(-r.exact.Mean) }),
		})
	}
	return append(claims, s.flowClaims()...)
}

// approachClaims are about the limit of the mean energy and the way to it.
func (s *statistics) approachClaims() []verdict.Claim {
	threshold := landscape.Threshold(s.plan.P)
	free, imposed := s.approaches[nothingGiven], s.approaches[bothGiven]
	return []verdict.Claim{{
		Text: "The mean energy tends to -E∞", Source: "sec. 4",
		Rule:   "limit of the law limit + slope Λ^-exponent with all three fitted, at four sizes or more, plus E∞; and whether that law fits",
		Region: verdict.Near0(sameLimit), Quantities: known("limit + E∞", free.limit.Plus(threshold)),
		Laws: []verdict.Law{{Label: "the law", Goodness: free.goodness, Rejected: verdict.Undecided}},
	}, {
		Text: "At these sizes the mean energy approaches -E∞ as Λ^(-2/3)", Source: "limit: sec. 4; exponent: Folena et al. 2021, for Λ to infinity",
		Rule:       "exponent fitted with the limit -E∞ given, at three sizes or more, minus 2/3; and whether the law with both given fits",
		Region:     verdict.Near0(sameExponent),
		Quantities: known("exponent - 2/3", s.approaches[limitGiven].exponent.Plus(-finiteSizeExponent)),
		Laws:       []verdict.Law{{Label: "limit -E∞ and exponent 2/3", Goodness: imposed.goodness, Rejected: verdict.Differs}},
	}}
}

// publishedClaims compares with the published energies, which are those of p = 3,
// and with the other program's.
func (s *statistics) publishedClaims() []verdict.Claim {
	if s.plan.P != paperP {
		return nil
	}
	var claims []verdict.Claim
	var spreads, means []verdict.Quantity
	score := verdict.Between(-mostScore, mostScore)
	for _, size := range s.fitted {
		label := sizeLabel(size.n)
		if size.published != nil {
			claims = append(claims, verdict.Claim{
				Text: label + ": the published mean is one that our disorders give", Source: "Fig. 3, Fig. 8",
				Rule:   "published mean minus ours, in standard deviations between our disorders",
				Region: score, Quantities: known(label, size.publishedMeanScore()),
			})
			spreads = append(spreads, known(label, size.publishedSpreadScore())...)
		}
		if size.other != nil && s.plan.Method == spinglass.GD {
			means = append(means, verdict.Quantity{Label: label, Estimate: estimate.Difference(size.evaluate(meanEnergy), size.other.meanEnergy())})
		}
	}
	return append(claims, verdict.Claim{
		Text: "The published standard deviations are those of single disorders", Source: "Fig. 3, Fig. 8",
		Rule:   "logarithm of the published standard deviation minus the mean logarithm of those within our disorders, in standard deviations between these",
		Region: score, Quantities: spreads,
	}, verdict.Claim{
		Text: "An independent program's gradient descent reaches the same means", Source: notInPaper,
		Rule:   "mean here minus the other program's",
		Region: verdict.Near0(sameEnergy), Quantities: means,
	})
}

// known returns the quantity, or none if its value is not known.
func known(label string, e estimate.Estimate) []verdict.Quantity {
	if math.IsNaN(e.Value) {
		return nil
	}
	return []verdict.Quantity{{Label: label, Estimate: e}}
}

// bySize returns an estimate of each fitted size that has a value.
func (s *statistics) bySize(evaluate func(sizeResult) estimate.Estimate) []verdict.Quantity {
	var quantities []verdict.Quantity
	for _, size := range s.fitted {
		if e := evaluate(size); !math.IsNaN(e.Value) {
			quantities = append(quantities, verdict.Quantity{Label: sizeLabel(size.n), Estimate: e})
		}
	}
	return quantities
}

func sizeLabel(n int) string { return fmt.Sprintf("Λ = %d", n) }
