package spinglass

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/core/landscape"
)

// finiteSizeExponent is the exponent with which the energies that descents reach
// approach their limit (Folena, Franz, Ricci-Tersenghi, J. Stat. Mech. (2021)
// 033302, appendix B): descents stop when the lowest eigenvalues of the Hessian
// are as close to 0 as the edge of a spectrum of Lambda levels permits.
const finiteSizeExponent = 2. / 3

// finiteSizeX is Lambda^(-2/3).
func finiteSizeX(n float64) float64 { return math.Pow(n, -finiteSizeExponent) }

// A finiteSizeFit is E[L/Lambda] = limit + slope Lambda^(-2/3).
type finiteSizeFit struct{ limit, slope float64 }

func (f finiteSizeFit) at(n float64) float64 { return f.limit + f.slope*finiteSizeX(n) }

func (f finiteSizeFit) known() bool { return !math.IsNaN(f.slope) }

// weight is the weight of a size in fits to means: the number of disorders over
// the variance between them. That variance is taken to fall as Lambda^(-8/3), as
// it does approximately; its estimate from a few disorders would be too noisy.
func (s summary) weight() float64 { return float64(s.disorders) * math.Pow(float64(s.n), 8./3) }

// fitFiniteSize is the weighted least-squares fit to the means, NaN for fewer than
// two sizes.
func fitFiniteSize(s []summary) finiteSizeFit {
	if len(s) < 2 {
		return finiteSizeFit{math.NaN(), math.NaN()}
	}
	var x, y, weights []float64
	for _, v := range s {
		x, y, weights = append(x, finiteSizeX(float64(v.n))), append(y, v.mean), append(weights, v.weight())
	}
	limit, slope := stat.LinearRegression(x, y, weights, false)
	return finiteSizeFit{limit, slope}
}

func fittedLimit(s []summary) float64 { return fitFiniteSize(s).limit }
func fittedSlope(s []summary) float64 { return fitFiniteSize(s).slope }

// approachExponent returns the statistic c of E[L/Lambda] = -E_inf + b Lambda^-c,
// fitted to the means by weighted least squares of the logarithms. It is NaN for
// fewer than two sizes and for means below -E_inf.
func approachExponent(p int) func([]summary) float64 {
	return func(s []summary) float64 {
		var sizes []int
		var logs, weights []float64
		for _, v := range s {
			above := v.mean + landscape.Threshold(p)
			if above <= 0 {
				return math.NaN()
			}
			sizes, logs, weights = append(sizes, v.n), append(logs, math.Log(above)), append(weights, v.weight()*above*above)
		}
		return -estimate.FitScaling(sizes, logs, weights).Exponent
	}
}

// gamma returns the statistic gamma of Var = v Lambda^-gamma, unweighted, of a
// standard deviation.
func gamma(sd func(summary) float64) func([]summary) float64 {
	return func(s []summary) float64 {
		var sizes []int
		var logs []float64
		for _, v := range s {
			sizes, logs = append(sizes, v.n), append(logs, 2*math.Log(sd(v)))
		}
		return -estimate.FitScaling(sizes, logs, nil).Exponent
	}
}
