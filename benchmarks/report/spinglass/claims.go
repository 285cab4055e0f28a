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
	sameFlow     = .03 // of a finite size and the limit of many spins
	mostScore    = 3 * math.Sqrt2
)

const notInPaper = "not in the paper"

// decideClaims returns the claims of the paper and of the theory, with their
// verdicts.
func (s *statistics) decideClaims() []verdict.Claim {
	p := s.plan.P
	var claims []verdict.Claim
	add := func(text, source, rule string, quantities []verdict.Quantity, region estimate.Interval) {
		claims = append(claims, verdict.NewClaim(text, source, rule, verdict.Checks(quantities, region)))
	}
	if p > 2 { // for p = 2 all starts of a disorder end in its ground state
		add("The energies that one disorder's starts reach concentrate as Λ grows", "Fig. 3, Fig. 8",
			"variance within a disorder, of each size over that of the size before: below 1",
			verdict.SuccessiveRatios(s.here, number, varianceWithin), verdict.Below1)
	}
	add("The disorders come to agree as Λ grows", notInPaper+", which has one disorder of each size",
		"variance of the disorders' means, of each size over that of the size before: below 1",
		verdict.SuccessiveRatios(s.here, number, varianceBetween), verdict.Below1)
	add("The mean energy comes closer to -E∞ as Λ grows", "Fig. 3, Fig. 8",
		"mean of L/Λ + E∞, of each size over that of the size before: below 1",
		verdict.SuccessiveRatios(s.here, number, func(v summary) float64 { return v.mean + landscape.Threshold(p) }), verdict.Below1)
	claims = append(claims, s.publishedClaims()...)
	add("The mean energy tends to -E∞ as Λ^(-2/3)", "limit: sec. 4; law: Folena et al. 2021",
		fmt.Sprintf("limit of the law, at three sizes or more, plus E∞: between -%v and %v", sameLimit, sameLimit),
		s.ifSizes(3, verdict.Quantity{Label: "limit + E∞", Estimate: s.limit.Plus(landscape.Threshold(p))}), verdict.Near0(sameLimit))
	add("With the limit -E∞ given, the exponent is 2/3", "Folena et al. 2021",
		fmt.Sprintf("exponent, fitted to three sizes or more, minus 2/3: between -%v and %v", sameExponent, sameExponent),
		s.ifSizes(3, verdict.Quantity{Label: "exponent - 2/3", Estimate: s.exponent.Plus(-finiteSizeExponent)}), verdict.Near0(sameExponent))
	add("The lowest of a disorder's starts lies above the ground state -E0 of the limit", "sec. 4, for Λ to infinity",
		"mean over the disorders of the lowest energy, plus E0: positive",
		s.bySize(func(r sizeResult) estimate.Estimate {
			return r.evaluate(lowestEnergy).Plus(landscape.LowestEnergy(p, 0))
		}), verdict.Positive)
	if p > 2 {
		add("Most descents end in the band below -E∞", "sec. 4, for Λ to infinity",
			"share of the runs below -E∞, at each size: above 0.5",
			s.bySize(func(r sizeResult) estimate.Estimate { return r.evaluate(shareBelow) }), estimate.Interval{Low: .5, High: math.Inf(1)})
		add("Descents end below the mean energy of all minima: low ones have the larger basins", "exact mean: Auffinger, Ben Arous, Černý 2013, theorem 2.1",
			"mean here minus the exact mean over all minima: negative",
			s.bySize(func(r sizeResult) estimate.Estimate { return r.evaluate(meanEnergy).Plus(-r.exact.Mean) }), verdict.Negative)
	}
	return append(claims, s.flowClaims()...)
}

// publishedClaims compares with the published energies, which are those of p = 3,
// and with the other program's.
func (s *statistics) publishedClaims() []verdict.Claim {
	if s.plan.P != paperP {
		return nil
	}
	var claims []verdict.Claim
	var spreads, means []verdict.Quantity
	for _, size := range s.fitted {
		label := sizeLabel(size.n)
		if size.published != nil {
			claims = append(claims, verdict.NewClaim(label+": the published mean is one that our disorders give", "Fig. 3, Fig. 8",
				"published mean minus ours, in standard deviations between our disorders: between -3√2 and 3√2",
				verdict.Checks([]verdict.Quantity{{Label: label, Estimate: size.publishedMeanScore()}}, verdict.Near0(mostScore))))
			spreads = append(spreads, verdict.Quantity{Label: label, Estimate: size.publishedSpreadScore()})
		}
		if size.other != nil && s.plan.Method == spinglass.GD {
			means = append(means, verdict.Quantity{Label: label, Estimate: estimate.Difference(size.evaluate(meanEnergy), size.other.meanEnergy())})
		}
	}
	return append(claims,
		verdict.NewClaim("The published standard deviations are those of single disorders", "Fig. 3, Fig. 8",
			"logarithm of the published standard deviation minus the mean logarithm of those within our disorders, in standard deviations between these: between -3√2 and 3√2",
			verdict.Checks(spreads, verdict.Near0(mostScore))),
		verdict.NewClaim("An independent program's gradient descent reaches the same means", notInPaper,
			fmt.Sprintf("mean here minus the other program's: between -%v and %v", sameEnergy, sameEnergy),
			verdict.Checks(means, verdict.Near0(sameEnergy))))
}

// ifSizes returns the quantity if at least so many sizes enter the fits.
func (s *statistics) ifSizes(least int, q verdict.Quantity) []verdict.Quantity {
	if len(s.fitted) < least {
		return nil
	}
	return []verdict.Quantity{q}
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
