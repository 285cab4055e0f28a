package spinglass

import (
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// The methods in this file return what the side-by-side comparison with the
// networks uses.

// EnergyLabel names the energies.
const EnergyLabel = "energy L/Λ"

// Energies returns the energies of the runs of each size, with the paper's.
func (r *Report) Energies(paper digitised.Figures) []figure.SizeValues {
	return r.statistics.energies(paper)
}

// Sizes returns the planned sizes and those of the trajectories.
func (r *Report) Sizes() []int {
	var sizes []int
	for _, size := range r.statistics.sizes {
		sizes = append(sizes, size.n)
	}
	for _, descent := range r.statistics.descents {
		sizes = append(sizes, descent.n)
	}
	return sizes
}

// LargestEnergies returns the largest size with two runs or more and the energies
// of its runs, each minus the mean of its disorder; the size is 0 if there is none.
func (r *Report) LargestEnergies() (n int, energies []float64) {
	for _, size := range r.statistics.sizes {
		if len(size.energies) < 2 {
			continue
		}
		n, energies = size.n, nil
		for _, d := range size.disorders {
			for _, e := range d.energies {
				energies = append(energies, e-d.mean)
			}
		}
	}
	return n, energies
}

// VarianceRatios returns the ratio of the variance within a disorder at each size
// to that at the size before.
func (r *Report) VarianceRatios() []verdict.Quantity {
	return verdict.SuccessiveRatios(r.statistics.here, number, varianceWithin)
}

// VarianceExponent returns gamma of Var[L/Λ] = v Λ^-gamma within a disorder.
func (r *Report) VarianceExponent() estimate.Estimate {
	return gamma(r.statistics.here, varianceWithin)
}

// VarianceGoodness says how well that power law fits.
func (r *Report) VarianceGoodness() estimate.Goodness {
	return gammaGoodness(r.statistics.here, varianceWithin)
}

// StandardDeviations returns the standard deviation within a disorder at each size.
func (r *Report) StandardDeviations() []figure.Point {
	return figure.Here.WithList(r.statistics.sizePoints(sdWithin)).List
}

// Levels are -E0 and -E∞, for histograms of energies.
func (r *Report) Levels() []figure.Level { return histogramLevels(r.statistics.plan.P) }
