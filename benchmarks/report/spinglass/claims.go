package spinglass

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
	"github.com/lossglass/lossglass/core/landscape"
)

// How far apart two figures may be and still count as the same.
const (
	sameEnergy   = .02 // of means of the same size; a few sd between disorders at 50 spins
	sameLimit    = .01 // of the limit of the mean and -E_inf; E_0 - E_inf is 0.024
	sameExponent = .1
	sameFlow     = .03 // of a finite size and the limit of many spins
	mostBetween  = 3 * math.Sqrt2
)

var (
	positive = estimate.Interval{Low: 0, High: math.Inf(1)}
	among    = estimate.Interval{Low: -mostBetween, High: mostBetween}
)

func around(half float64) estimate.Interval { return estimate.Interval{Low: -half, High: half} }

const notInPaper = "not in the paper"

// claims judges what the paper and the theory say of the glass.
func claims(s *statistics) []verdict.Claim {
	p := s.plan.P
	var all []verdict.Claim
	add := func(text, source, rule string, quantities []verdict.Quantity, region estimate.Interval) {
		all = append(all, verdict.NewClaim(text, source, rule, verdict.Checks(quantities, region)))
	}
	if p > 2 { // for p = 2 all starts of a disorder end in its ground state
		add("The energies that one disorder's starts reach concentrate as Λ grows", "Fig. 3, Fig. 8",
			"variance within a disorder, of each size over that of the size before: below 1",
			ratios(s.measured, varianceWithin), verdict.Below1)
	}
	add("The disorders come to agree as Λ grows", notInPaper+", which has one disorder of each size",
		"variance of the disorders' means, of each size over that of the size before: below 1",
		ratios(s.measured, varianceBetween), verdict.Below1)
	add("The mean energy comes closer to -E∞ as Λ grows", "Fig. 3, Fig. 8",
		"mean of L/Λ + E∞, of each size over that of the size before: below 1",
		ratios(s.measured, func(v summary) float64 { return v.mean + landscape.Threshold(p) }), verdict.Below1)
	all = append(all, published(s)...)
	add("The mean energy tends to -E∞ as Λ^(-2/3)", "limit: sec. 4; law: Folena et al. 2021",
		fmt.Sprintf("limit of the law, at three sizes or more, plus E∞: between -%v and %v", sameLimit, sameLimit),
		s.needs(3, verdict.Quantity{Label: "limit + E∞", Estimate: shifted(s.limit, landscape.Threshold(p))}), around(sameLimit))
	add("With the limit -E∞ given, the exponent is 2/3", "Folena et al. 2021",
		fmt.Sprintf("exponent, fitted to three sizes or more, minus 2/3: between -%v and %v", sameExponent, sameExponent),
		s.needs(3, verdict.Quantity{Label: "exponent - 2/3", Estimate: shifted(s.exponent, -exponent)}), around(sameExponent))
	add("The lowest of a disorder's starts lies above the ground state -E0 of the limit", "sec. 4, for Λ to infinity",
		"mean over the disorders of the lowest energy, plus E0: positive",
		s.bySize(func(one size) estimate.Estimate { return shifted(one.of(lowestOf), landscape.LowestEnergy(p, 0)) }), positive)
	if p > 2 {
		add("Most descents end in the band below -E∞", "sec. 4, for Λ to infinity",
			"share of the runs below -E∞, at each size: above 0.5",
			s.bySize(func(one size) estimate.Estimate { return one.of(belowOf) }), estimate.Interval{Low: .5, High: math.Inf(1)})
		add("Descents end below the mean energy of all minima: low ones have the larger basins", "exact mean: Auffinger, Ben Arous, Černý 2013, theorem 2.1",
			"mean here minus the exact mean over all minima: negative",
			s.bySize(func(one size) estimate.Estimate { return shifted(one.of(meanOf), -one.exact.Mean) }), verdict.Negative)
	}
	return append(all, flowClaims(s)...)
}

// published judges the paper's figures, of which there are some for p = 3.
func published(s *statistics) []verdict.Claim {
	var all []verdict.Claim
	var spreads, means []verdict.Quantity
	for _, one := range s.measured {
		label := sizeLabel(one.n)
		if one.paper != nil {
			all = append(all, verdict.NewClaim(fmt.Sprintf("Λ = %d: the published mean is one that our disorders give", one.n), "Fig. 3, Fig. 8",
				"published mean minus ours, in standard deviations between our disorders: between -3√2 and 3√2",
				verdict.Checks([]verdict.Quantity{{Label: label, Estimate: one.meanStanding()}}, among)))
			spreads = append(spreads, verdict.Quantity{Label: label, Estimate: one.spreadStanding()})
		}
		if one.other != nil && s.plan.Method == "gd" {
			means = append(means, verdict.Quantity{Label: label, Estimate: estimate.Combine(one.of(meanOf), one.other.draw(), minus)})
		}
	}
	if s.plan.P != paperP {
		return nil
	}
	return append(all,
		verdict.NewClaim("The published standard deviations are those of single disorders", "Fig. 3, Fig. 8",
			"logarithm of the published standard deviation minus the mean logarithm of those within our disorders, in standard deviations between these: between -3√2 and 3√2",
			verdict.Checks(spreads, among)),
		verdict.NewClaim("An independent program's gradient descent reaches the same means", notInPaper,
			fmt.Sprintf("ours minus the other's: between -%v and %v", sameEnergy, sameEnergy),
			verdict.Checks(means, around(sameEnergy))))
}

// draw is the mean with what other disorders could have given.
func (r *reproduction) draw() estimate.Estimate {
	random := estimate.NewRand(estimate.OtherProgram, uint64(r.n))
	e := estimate.Estimate{Value: r.mean}
	for range estimate.ResampleCount {
		e.Resamples = append(e.Resamples, r.mean+r.between/math.Sqrt(float64(r.disorders))*random.NormFloat64())
	}
	return e
}

func varianceWithin(s summary) float64  { return s.within * s.within }
func varianceBetween(s summary) float64 { return s.between * s.between }
func minus(a, b float64) float64        { return a - b }

func shifted(e estimate.Estimate, by float64) estimate.Estimate {
	moved := estimate.Estimate{Value: e.Value + by}
	for _, v := range e.Resamples {
		moved.Resamples = append(moved.Resamples, v+by)
	}
	return moved
}

// ratios are those of a statistic from each size to the next.
func ratios(sizes []size, of func(summary) float64) []verdict.Quantity {
	var all []verdict.Quantity
	for i := 1; i < len(sizes); i++ {
		all = append(all, verdict.Quantity{
			Label:    fmt.Sprintf("%d to %d", sizes[i-1].n, sizes[i].n),
			Estimate: over(sizes[i-1:i+1], func(v []summary) float64 { return of(v[1]) / of(v[0]) }),
		})
	}
	return all
}

// needs returns the quantity if there are so many sizes.
func (s *statistics) needs(sizes int, q verdict.Quantity) []verdict.Quantity {
	if len(s.measured) < sizes {
		return nil
	}
	return []verdict.Quantity{q}
}

// bySize are the values of the sizes that have one.
func (s *statistics) bySize(of func(size) estimate.Estimate) []verdict.Quantity {
	var all []verdict.Quantity
	for _, one := range s.measured {
		if e := of(one); !math.IsNaN(e.Value) {
			all = append(all, verdict.Quantity{Label: sizeLabel(one.n), Estimate: e})
		}
	}
	return all
}

func sizeLabel(n int) string { return fmt.Sprintf("Λ = %d", n) }
