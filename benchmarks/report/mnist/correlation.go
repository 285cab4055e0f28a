package mnist

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// unrestrictedSize is the size whose spread of train losses counts as the
// unrestricted one.
const unrestrictedSize = 25

// unrestricted is the correlation r corrected for range restriction of the train
// loss: what it would be if the train losses spread u times as wide, the
// regression of test on train loss and the scatter about it being the same.
// Thorndike's case 2 (Personnel Selection, 1949; Sackett and Yang, J. Appl.
// Psych. 85, 2000, 112-118):
//
//	r u / sqrt(1 - r^2 + r^2 u^2).
func unrestricted(r, u float64) float64 { return r * u / math.Sqrt(1-r*r+r*r*u*u) }

// spreadRatio is u of a size: the standard deviation of the train loss at size 25
// over that at n. NaN if one of them is missing.
func spreadRatio(s []summary, n int) float64 {
	sd, sd25 := math.NaN(), math.NaN()
	for _, v := range s {
		if v.n == n {
			sd = v.train.sd
		}
		if v.n == unrestrictedSize {
			sd25 = v.train.sd
		}
	}
	return sd25 / sd
}

// correctAll replaces the correlations of a series by the corrected ones.
func correctAll(s []summary) []summary {
	all := make([]summary, len(s))
	for i, v := range s {
		all[i] = v
		all[i].r = unrestricted(v.r, spreadRatio(s, v.n))
	}
	return all
}

// correctedOf is the corrected correlation of one size, NaN if there is none.
func correctedOf(n int) func([]summary) float64 {
	return func(s []summary) float64 {
		for _, v := range correctAll(s) {
			if v.n == n {
				return v.r
			}
		}
		return math.NaN()
	}
}

// correlationTrend is the slope of the least-squares line of r against log2 n:
// the change of the correlation per doubling of the size. NaN for fewer than two
// sizes.
func correlationTrend(s []summary) float64 {
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

func correctedTrend(s []summary) float64 { return correlationTrend(correctAll(s)) }
