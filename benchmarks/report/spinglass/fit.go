package spinglass

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/core/landscape"
)

// exponent is that of the finite-size law of the energies that descents reach
// (Folena, Franz, Ricci-Tersenghi, J. Stat. Mech. (2021) 033302, appendix B): the
// lowest eigenvalues of the Hessian come as close to 0 as the edge of a spectrum
// of Lambda levels lets them.
const exponent = 2. / 3

func lawX(n float64) float64 { return math.Pow(n, -exponent) }

// A law is E[L/Lambda] = limit + slope Lambda^(-2/3).
type law struct{ limit, slope float64 }

func (l law) at(n float64) float64 { return l.limit + l.slope*lawX(n) }

func (l law) known() bool { return !math.IsNaN(l.slope) }

// weight of a size in fits to means: the number of disorders over the variance
// between them, which is taken to fall as Lambda^(-8/3). It about does, and the
// variance of a few disorders would be a poor weight.
func (s summary) weight() float64 { return float64(s.disorders) * math.Pow(float64(s.n), 8./3) }

// fitLaw is the weighted least-squares fit to the means; NaN for fewer than two
// sizes.
func fitLaw(s []summary) law {
	if len(s) < 2 {
		return law{math.NaN(), math.NaN()}
	}
	var x, y, w []float64
	for _, v := range s {
		x, y, w = append(x, lawX(float64(v.n))), append(y, v.mean), append(w, v.weight())
	}
	limit, slope := stat.LinearRegression(x, y, w, false)
	return law{limit, slope}
}

// freeExponent is c of E[L/Lambda] = -E_inf + b Lambda^-c, fitted to the means by
// weighted least squares of the logarithms; NaN for fewer than two sizes and for
// means below -E_inf.
func freeExponent(p int, s []summary) float64 {
	if len(s) < 2 {
		return math.NaN()
	}
	var x, y, w []float64
	for _, v := range s {
		above := v.mean + landscape.Threshold(p)
		if above <= 0 {
			return math.NaN()
		}
		x, y, w = append(x, math.Log(float64(v.n))), append(y, math.Log(above)), append(w, v.weight()*above*above)
	}
	_, slope := stat.LinearRegression(x, y, w, false)
	return -slope
}

// varianceExponent is gamma of Var = v Lambda^-gamma, unweighted, for one of the
// standard deviations of a summary.
func varianceExponent(of func(summary) float64) func([]summary) float64 {
	return func(s []summary) float64 {
		if len(s) < 2 {
			return math.NaN()
		}
		var x, y []float64
		for _, v := range s {
			x, y = append(x, math.Log(float64(v.n))), append(y, 2*math.Log(of(v)))
		}
		_, slope := stat.LinearRegression(x, y, nil, false)
		return -slope
	}
}
