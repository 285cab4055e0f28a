package mnist

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// referenceSize is the size to whose spread of train losses the correlations of
// the other sizes are corrected.
const referenceSize = 25

// correctForRange returns the correlation r corrected for range restriction of
// the train loss: the correlation that would be found if the train losses had u
// times the standard deviation, with the same regression of test on train loss
// and the same scatter about it. This is Thorndike's case 2 (Personnel Selection,
// 1949; Sackett and Yang, J. Appl. Psych. 85, 2000, 112-118):
//
//	r u / sqrt(1 - r^2 + r^2 u^2).
func correctForRange(r, u float64) float64 { return r * u / math.Sqrt(1-r*r+r*r*u*u) }

// spreadRatio returns u of a size: the standard deviation of the train loss at
// referenceSize over that at n, NaN if one of them is missing.
func spreadRatio(s []summary, n int) float64 {
	sd, reference := math.NaN(), math.NaN()
	for _, v := range s {
		if v.n == n {
			sd = v.train.sd
		}
		if v.n == referenceSize {
			reference = v.train.sd
		}
	}
	return reference / sd
}

// withCorrections returns the summaries with corrected correlations.
func withCorrections(s []summary) []summary {
	corrected := make([]summary, len(s))
	for i, v := range s {
		corrected[i] = v
		corrected[i].r = correctForRange(v.r, spreadRatio(s, v.n))
	}
	return corrected
}

// correctedPearson returns the statistic "corrected correlation of size n", which
// is NaN if there is no such size.
func correctedPearson(n int) func([]summary) float64 {
	return func(s []summary) float64 {
		for _, v := range withCorrections(s) {
			if v.n == n {
				return v.r
			}
		}
		return math.NaN()
	}
}

// correlationSlope is the slope of the least-squares line of r against log2 n:
// the change of the correlation per doubling of the size. NaN for fewer than two
// sizes.
func correlationSlope(s []summary) float64 {
	if len(s) < 2 {
		return math.NaN()
	}
	var x, y []float64
	for _, v := range s {
		x, y = append(x, math.Log2(float64(v.n))), append(y, v.r)
	}
	_, slope := stat.LinearRegression(x, y, nil, false)
	return slope
}

// correctedSlope is the slope of the corrected correlations.
func correctedSlope(s []summary) float64 { return correlationSlope(withCorrections(s)) }
