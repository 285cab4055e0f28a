package spinglass

import (
	"math"

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

func (f finiteSizeFit) known() bool { return !math.IsNaN(f.slope) }

// An approach is the law E[L/Lambda] = limit + slope Lambda^-exponent with a form that says
// what is given, fitted to the means.
type approach struct {
	name     string
	form     estimate.PowerForm
	fit      estimate.Power
	goodness estimate.Goodness

	limit, slope, exponent estimate.Estimate
}

// The forms of the law that are fitted, in the order of statistics.approaches.
const (
	bothGiven = iota
	exponentGiven
	limitGiven
	nothingGiven
)

// fitApproaches fits all forms of the law to the mean energies.
func fitApproaches(s series, p int) []approach {
	free := math.NaN()
	points := meanPoints(s)
	all := []approach{
		bothGiven:     {name: "limit -E∞ and exponent 2/3 given", form: estimate.PowerForm{Limit: -landscape.Threshold(p), Exponent: -finiteSizeExponent}},
		exponentGiven: {name: "exponent 2/3 given", form: estimate.PowerForm{Limit: free, Exponent: -finiteSizeExponent}},
		limitGiven:    {name: "limit -E∞ given", form: estimate.PowerForm{Limit: -landscape.Threshold(p), Exponent: free}},
		nothingGiven:  {name: "nothing given", form: estimate.PowerForm{Limit: free, Exponent: free}},
	}
	for i := range all {
		a := &all[i]
		a.fit = estimate.FitPower(points, a.form)
		a.goodness = a.fit.Test(points, a.form)
		coefficient := func(given bool, of func(estimate.Power) float64) estimate.Estimate {
			if given {
				return estimate.Estimate{Value: of(a.fit)}
			}
			return s.Evaluate(estimate.Refit(points, meanEnergy, func(points []estimate.Point) float64 { return of(estimate.FitPower(points, a.form)) }))
		}
		a.limit = coefficient(!math.IsNaN(a.form.Limit), func(p estimate.Power) float64 { return p.Limit })
		a.slope = coefficient(false, func(p estimate.Power) float64 { return p.Factor })
		a.exponent = coefficient(!math.IsNaN(a.form.Exponent), func(p estimate.Power) float64 { return -p.Exponent })
	}
	return all
}

// meanPoints returns the mean energies with their standard errors. The standard deviation
// between a few disorders may by chance be less than that of means of so many starts of one
// and the same disorder; the latter is then the better estimate.
func meanPoints(s series) []estimate.Point {
	points := estimate.Points(s, func(v summary) float64 { return float64(v.n) }, meanEnergy)
	for i, v := range s.Summaries {
		points[i].Error = max(points[i].Error, v.within/math.Sqrt(v.starts*float64(v.disorders)))
	}
	return points
}

// gamma returns the exponent gamma of Var = v Lambda^-gamma.
func gamma(s series, variance statistic) estimate.Estimate {
	return estimate.Negative(estimate.ScalingExponent(s, number, variance))
}

// gammaGoodness says how well that power law fits.
func gammaGoodness(s series, variance statistic) estimate.Goodness {
	return estimate.FitScaling(s, number, variance).Goodness
}
