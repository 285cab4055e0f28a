package mnist

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// fitFrom is the smallest size that enters the fits, as in the paper's Fig. 3.
const fitFrom = 25

// A lossFit is E[L] = c exp(alpha n^beta), fitted to mean test losses.
type lossFit struct {
	c, alpha, beta float64
	rms            float64 // root mean square residual of log E[L]
}

var unknownFit = lossFit{math.NaN(), math.NaN(), math.NaN(), math.NaN()}

// The paper's own fit (sec. 5.2). It prints no coefficients; these follow from the
// ratios of the losses in Fig. 7 to those in Fig. 3. They are not the
// unweighted least-squares optimum of this form for the paper's means, which is
// alpha = 7.829, beta = -0.8128.
const (
	paperAlpha = 13.77
	paperBeta  = -1.130
	paperScale = "exp(13.77 n^-1.130)"
)

// paperFactor is the ratio of a loss to the paper's scaled loss.
func paperFactor(n int) float64 {
	return lossFit{alpha: paperAlpha, beta: paperBeta}.factor(n)
}

// factor returns E[L]/c of size n.
func (f lossFit) factor(n int) float64 { return math.Exp(f.alpha * math.Pow(float64(n), f.beta)) }

// at returns the fitted mean loss of size n.
func (f lossFit) at(n float64) float64 { return f.c * math.Exp(f.alpha*math.Pow(n, f.beta)) }

func (f lossFit) known() bool { return !math.IsNaN(f.beta) }

// fitLoss fits the law to the logarithms of mean test losses by least squares, weighted with
// the inverse squares of their standard errors. All fields are NaN for fewer than four
// sizes and where the best beta is an end of the range of estimate.FitPower.
func fitLoss(points []estimate.Point) lossFit {
	fit := estimate.FitPower(points, lossForm)
	if !fit.Known() {
		return unknownFit
	}
	sum := 0.0
	for _, p := range points {
		r := p.Y - fit.At(p.X)
		sum += r * r
	}
	return lossFit{math.Exp(fit.Limit), fit.Factor, fit.Exponent, math.Sqrt(sum / float64(len(points)))}
}

// lossForm is the form of log E[L] = log c + alpha n^beta, with nothing given.
var lossForm = estimate.PowerForm{Limit: math.NaN(), Exponent: math.NaN()}

// power returns the law of log E[L].
func (f lossFit) power() estimate.Power {
	return estimate.Power{Limit: math.Log(f.c), Factor: f.alpha, Exponent: f.beta}
}

// A fittedSeries is a series with its fit.
type fittedSeries struct {
	lossFit
	goodness estimate.Goodness
	series   series
	points   []estimate.Point // log mean test losses
}

func fitSeries(s series) fittedSeries {
	points := estimate.Points(s, func(v summary) float64 { return float64(v.n) }, meanTest)
	fit := fitLoss(points)
	return fittedSeries{fit, fit.power().Test(points, lossForm), s, points}
}

// evaluate computes a statistic of the fit and of the series, with its interval.
func (f fittedSeries) evaluate(scale estimate.Scale, of func(lossFit, []summary) float64) estimate.Estimate {
	points := append([]estimate.Point(nil), f.points...)
	return f.series.Evaluate(estimate.Statistic[[]summary]{Scale: scale, Of: func(s []summary) float64 {
		for i, v := range s {
			points[i].Y = math.Log(v.test.mean)
		}
		return of(fitLoss(points), s)
	}})
}

// fitVariance fits a power law to the variances of the test loss.
func fitVariance(s series) estimate.Scaling { return estimate.FitScaling(s, number, varianceTest) }

// gamma is the exponent of Var[L] = v n^-gamma.
func gamma(s series) estimate.Estimate {
	return estimate.Negative(estimate.ScalingExponent(s, number, varianceTest))
}
