package mnist

import (
	"math"

	"gonum.org/v1/gonum/stat"

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
// least-squares optimum of this form for the paper's means, which is
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

// The range of exponents in which fitLoss searches.
const (
	lowestBeta  = -4.0
	highestBeta = -0.02
)

// factor returns E[L]/c of size n.
func (f lossFit) factor(n int) float64 { return math.Exp(f.alpha * math.Pow(float64(n), f.beta)) }

// at returns the fitted mean loss of size n.
func (f lossFit) at(n float64) float64 { return f.c * math.Exp(f.alpha*math.Pow(n, f.beta)) }

func (f lossFit) known() bool { return !math.IsNaN(f.beta) }

// fitLoss minimises the unweighted sum of squares of
// log mean - (log c + alpha n^beta). For a given beta that is a linear
// regression; beta is found on a grid and then by golden-section search. All
// fields are NaN for fewer than three sizes and where the best beta is an end of
// the range.
func fitLoss(s []summary) lossFit {
	if len(s) < 3 {
		return unknownFit
	}
	var logN, y []float64
	for _, v := range s {
		logN, y = append(logN, math.Log(float64(v.n))), append(y, math.Log(v.test.mean))
	}
	x := make([]float64, len(s))
	regress := func(beta float64) lossFit {
		for i := range x {
			x[i] = math.Exp(beta * logN[i])
		}
		intercept, slope := stat.LinearRegression(x, y, nil, false)
		sum := 0.0
		for i := range x {
			residual := y[i] - intercept - slope*x[i]
			sum += residual * residual
		}
		return lossFit{math.Exp(intercept), slope, beta, math.Sqrt(sum / float64(len(s)))}
	}
	const steps = 40
	grid := func(i int) float64 { return highestBeta + (lowestBeta-highestBeta)*float64(i)/steps }
	best, least := 0, math.Inf(1)
	for i := range steps + 1 {
		if rms := regress(grid(i)).rms; rms < least {
			best, least = i, rms
		}
	}
	if best == 0 || best == steps {
		return unknownFit
	}
	return regress(minimise(grid(best+1), grid(best-1), func(beta float64) float64 { return regress(beta).rms }))
}

// minimise returns the minimum of f between a and b, given that f first decreases
// and then increases there, by golden-section search.
func minimise(a, b float64, f func(float64) float64) float64 {
	const ratio = 0.6180339887498949 // (sqrt 5 - 1)/2
	x, y := b-ratio*(b-a), a+ratio*(b-a)
	fx, fy := f(x), f(y)
	for range 40 {
		if fx < fy {
			b, y, fy = y, x, fx
			x = b - ratio*(b-a)
			fx = f(x)
		} else {
			a, x, fx = x, y, fy
			y = a + ratio*(b-a)
			fy = f(y)
		}
	}
	return (a + b) / 2
}

// A fittedSeries is a series with its fit and the fits to its resamples.
type fittedSeries struct {
	lossFit
	series    series
	resamples []lossFit // empty if there are none
}

func fitSeries(s series) fittedSeries {
	f := fittedSeries{lossFit: fitLoss(s.Summaries), series: s}
	s.VisitResamples(func(resample []summary) { f.resamples = append(f.resamples, fitLoss(resample)) })
	return f
}

// evaluate computes a statistic of the fit and of the series, with resamples.
func (f fittedSeries) evaluate(statistic func(lossFit, []summary) float64) estimate.Estimate {
	e := estimate.Estimate{Value: statistic(f.lossFit, f.series.Summaries)}
	f.series.VisitResamples(func(resample []summary) {
		e.Resamples = append(e.Resamples, statistic(f.resamples[len(e.Resamples)], resample))
	})
	return e
}

// fitVariance fits a power law to the variances of the test loss, unweighted.
func fitVariance(s []summary) estimate.ScalingFit {
	var sizes []int
	var logs []float64
	for _, v := range s {
		sizes, logs = append(sizes, v.n), append(logs, 2*math.Log(v.test.sd))
	}
	return estimate.FitScaling(sizes, logs, nil)
}

// gamma is the exponent of Var[L] = v n^-gamma.
func gamma(s []summary) float64 { return -fitVariance(s).Exponent }
