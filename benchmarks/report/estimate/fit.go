package estimate

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// A ScalingFit is the power law y = Factor n^Exponent.
type ScalingFit struct{ Factor, Exponent float64 }

// FitScaling fits a power law to the logarithms of y at several sizes n by least
// squares of log y, weighted if weights is not nil. Both fields are NaN for fewer
// than two sizes.
func FitScaling(sizes []int, logY, weights []float64) ScalingFit {
	if len(sizes) < 2 {
		return ScalingFit{math.NaN(), math.NaN()}
	}
	logN := make([]float64, len(sizes))
	for i, n := range sizes {
		logN[i] = math.Log(float64(n))
	}
	intercept, slope := stat.LinearRegression(logN, logY, weights, false)
	return ScalingFit{math.Exp(intercept), slope}
}

// Known reports whether the sizes determine the fit.
func (f ScalingFit) Known() bool { return !math.IsNaN(f.Exponent) && !math.IsInf(f.Exponent, 0) }

// At returns the fitted y at size n.
func (f ScalingFit) At(n float64) float64 { return f.Factor * math.Pow(n, f.Exponent) }

// Mean returns the mean, or NaN if there are no values.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.Mean(x, nil)
}

// StdDev returns the standard deviation with divisor len(x) - 1, or NaN if there are fewer
// than two values.
func StdDev(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	return stat.StdDev(x, nil)
}
