package mnist

import (
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// What a comparison with another experiment takes of this one.

// ScaledLabel names the scaled test losses and their unit.
const ScaledLabel = scaledLabel

// Scaled returns the scaled test losses of the runs of each size.
func (r *Report) Scaled() []figure.SizeValues { return r.statistics.scaled() }

// LargestLosses returns the test losses of the largest size that has two runs or
// more, and that size; 0 if there is none.
func (r *Report) LargestLosses() (n int, losses []float64) {
	for _, one := range r.statistics.sizes {
		if points := one.points(); len(points) > 1 {
			n, losses = one.n, nil
			for _, p := range points {
				losses = append(losses, p.test)
			}
		}
	}
	return n, losses
}

// VarianceSteps are the ratios of the variance of the test loss from each size to
// the next.
func (r *Report) VarianceSteps() []verdict.Quantity { return steps(r.large(), varianceTest) }

// VarianceExponent is gamma of Var[test loss] = v n^-gamma.
func (r *Report) VarianceExponent() estimate.Estimate { return r.large().estimate(exponent) }

// Spreads are the standard deviations of the test loss by size.
func (r *Report) Spreads() []figure.Point {
	return oursBySize(r.statistics, spreadTest).List
}

// large are the sizes of the paper's Fig. 3 from which its laws are fitted.
func (r *Report) large() series { return r.statistics.ours.from(fitFrom) }
