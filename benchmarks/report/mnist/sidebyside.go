package mnist

import (
	"github.com/lossglass/lossglass/benchmarks/report/digitised"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// The methods in this file return what the side-by-side comparison with the spin
// glass uses.

// LossLabel names the scaled test losses and their unit.
const LossLabel = "scaled test loss (nats)"

// ScaledLosses returns the scaled test losses of the runs of each size, none
// below 25 hidden units, with the paper's.
func (r *Report) ScaledLosses(paper digitised.Figures) []figure.SizeValues {
	return r.statistics.scaledLosses(paper)
}

// Sizes returns the planned sizes.
func (r *Report) Sizes() []int { return r.results.Plan.Sizes }

// LargestLosses returns the largest size with two runs or more and the test
// losses of its runs; the size is 0 if there is none.
func (r *Report) LargestLosses() (n int, losses []float64) {
	for _, size := range r.statistics.sizes {
		if runs := size.results(); len(runs) > 1 {
			n = size.n
			_, losses, _ = columns(runs)
		}
	}
	return n, losses
}

// VarianceRatios returns the ratio of the variance of the test loss at each size
// to that at the size before.
func (r *Report) VarianceRatios() []verdict.Quantity {
	return verdict.SuccessiveRatios(fromSize(r.statistics.here, fitFrom), number, varianceTest)
}

// VarianceExponent returns gamma of Var[test loss] = v n^-gamma.
func (r *Report) VarianceExponent() estimate.Estimate {
	return gamma(fromSize(r.statistics.here, fitFrom))
}

// VarianceGoodness says how well that power law fits.
func (r *Report) VarianceGoodness() estimate.Goodness {
	return fitVariance(fromSize(r.statistics.here, fitFrom)).Goodness
}

// StandardDeviations returns the standard deviation of the test loss at each size.
func (r *Report) StandardDeviations() []figure.Point { return r.statistics.pointsHere(sdTest).List }
