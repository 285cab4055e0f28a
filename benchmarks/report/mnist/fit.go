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

// The paper's fit (sec. 5.2): it prints no coefficients; these follow from the
// factors between Fig. 7 and Fig. 3. They are not the least-squares optimum of
// this form for its own means, which is alpha = 7.829, beta = -0.8128.
const (
	paperAlpha = 13.77
	paperBeta  = -1.130
	paperScale = "exp(13.77 n^-1.130)"
)

// The exponents among which fitLoss looks.
const (
	lowestBeta  = -4.0
	highestBeta = -0.02
)

// factor is what the paper divides losses of size n by.
func (f lossFit) factor(n int) float64 { return math.Exp(f.alpha * math.Pow(float64(n), f.beta)) }

// at is the fitted mean loss of size n.
func (f lossFit) at(n float64) float64 { return f.c * math.Exp(f.alpha*math.Pow(n, f.beta)) }

func (f lossFit) known() bool { return !math.IsNaN(f.beta) }

// fitLoss minimises the sum of squares of log mean - (log c + alpha n^beta),
// unweighted: for a given beta that is a linear regression, and beta is found on
// a grid and by golden section. All fields are NaN for fewer than three sizes
// and where no beta in the range is best.
func fitLoss(s []summary) lossFit {
	nan := math.NaN()
	if len(s) < 3 {
		return lossFit{nan, nan, nan, nan}
	}
	var logN, y []float64
	for _, v := range s {
		logN, y = append(logN, math.Log(float64(v.n))), append(y, math.Log(v.test.mean))
	}
	x := make([]float64, len(s))
	given := func(beta float64) lossFit {
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
		if rms := given(grid(i)).rms; rms < least {
			best, least = i, rms
		}
	}
	if best == 0 || best == steps {
		return lossFit{nan, nan, nan, nan}
	}
	return given(goldenSection(grid(best+1), grid(best-1), func(beta float64) float64 { return given(beta).rms }))
}

// goldenSection returns where f has its minimum between a and b, given that it
// falls and then rises there.
func goldenSection(a, b float64, f func(float64) float64) float64 {
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

// A fittedSeries is a fit to a series and to its resamples.
type fittedSeries struct {
	lossFit
	series    series
	resampled []lossFit // empty if there are none
}

func fitSeries(s series) fittedSeries {
	f := fittedSeries{lossFit: fitLoss(s.values), series: s}
	s.rows(func(row []summary) { f.resampled = append(f.resampled, fitLoss(row)) })
	return f
}

// estimate applies a statistic of a fit and of what was fitted.
func (f fittedSeries) estimate(statistic func(lossFit, []summary) float64) estimate.Estimate {
	e := estimate.Estimate{Value: statistic(f.lossFit, f.series.values)}
	f.series.rows(func(row []summary) {
		e.Resamples = append(e.Resamples, statistic(f.resampled[len(e.Resamples)], row))
	})
	return e
}

// A varianceFit is Var[L] = v n^-gamma, fitted to variances of the test loss.
type varianceFit struct{ v, gamma float64 }

func (f varianceFit) known() bool { return !math.IsNaN(f.gamma) && !math.IsInf(f.gamma, 0) }

func (f varianceFit) at(n float64) float64 { return f.v * math.Pow(n, -f.gamma) }

// fitVariance regresses log variance on log n, unweighted. Both fields are NaN
// for fewer than two sizes.
func fitVariance(s []summary) varianceFit {
	if len(s) < 2 {
		return varianceFit{math.NaN(), math.NaN()}
	}
	var x, y []float64
	for _, v := range s {
		x, y = append(x, math.Log(float64(v.n))), append(y, 2*math.Log(v.test.sd))
	}
	intercept, slope := stat.LinearRegression(x, y, nil, false)
	return varianceFit{math.Exp(intercept), -slope}
}
