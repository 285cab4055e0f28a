package spinglass

import (
	"gonum.org/v1/plot"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// What a comparison with another experiment takes of this one.

// LossLabel names the energies.
const LossLabel = lossLabel

// Energies returns the energies of the runs of each size.
func (r *Report) Energies() []figure.SizeValues { return r.statistics.groups() }

// LargestEnergies returns the energies of the largest size that has two runs or
// more, each about the mean of its disorder, and that size; 0 if there is none.
func (r *Report) LargestEnergies() (n int, energies []float64) {
	for _, one := range r.statistics.sizes {
		if len(one.energies) < 2 {
			continue
		}
		n, energies = one.n, nil
		for _, d := range one.disorders {
			for _, e := range d.energies {
				energies = append(energies, e-d.mean)
			}
		}
	}
	return n, energies
}

// VarianceSteps are the ratios of the variance within a disorder from each size
// to the next.
func (r *Report) VarianceSteps() []verdict.Quantity {
	return ratios(r.statistics.measured, varianceWithin)
}

// VarianceExponent is gamma of Var[L/Λ] = v Λ^-gamma within a disorder.
func (r *Report) VarianceExponent() estimate.Estimate {
	return over(r.statistics.measured, varianceExponent(withinOf))
}

// Spreads are the standard deviations within a disorder by size.
func (r *Report) Spreads() []figure.Point {
	var all []figure.Point
	for _, one := range r.statistics.sizes {
		e := one.of(withinOf)
		all = append(all, figure.Point{X: float64(one.n), Y: e.Value, Interval: e.Interval(.95)})
	}
	return figure.Here.WithList(all).List
}

// MarkEnergies marks -E0 and -E∞ in a plot over energies whose ranges have been
// set.
func (r *Report) MarkEnergies(p *plot.Plot) []figure.Entry {
	return addEnergies(r.statistics.plan.P, p)
}
