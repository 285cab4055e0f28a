package estimate

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// Standardised returns (x - mean)/sd, the distance of x from the mean of a normal
// distribution in units of its standard deviation, both known from independent values
// only. The interval inverts the noncentral t distribution of
// sqrt(k) (x - mean)/sd for k values (Hedges and Olkin, Statistical Methods for
// Meta-Analysis, 1985, ch. 5). Fewer than two values, and equal ones, have no distance.
func Standardised(x float64, values []float64) Estimate {
	distance := (x - Mean(values)) / StdDev(values)
	if math.IsNaN(distance) || math.IsInf(distance, 0) {
		return Unknown()
	}
	k := float64(len(values))
	tail := noncentralTail(math.Sqrt(k)*distance, k-1)
	return New(distance, func(level float64) Interval {
		quantile := func(p float64) float64 { return bisect(tail, p) / math.Sqrt(k) }
		return Interval{quantile((1 - level) / 2), quantile((1 + level) / 2)}
	})
}

// noncentralTail returns the function P(T > t) of the noncentrality, where T is
// noncentral t with some degrees of freedom, (Z + noncentrality)/W with W^2 chi squared
// over the degrees of freedom:
//
//	P(T > t) = E[Phi(noncentrality - t W)].
func noncentralTail(t, degrees float64) func(noncentrality float64) float64 {
	chi := distuv.ChiSquared{K: degrees}
	const nodes = 128
	u, weight := make([]float64, nodes), make([]float64, nodes)
	quad.Legendre{}.FixedLocations(u, weight, 0, 1)
	w := make([]float64, nodes)
	for i := range w {
		w[i] = math.Sqrt(chi.Quantile(u[i]) / degrees)
	}
	return func(noncentrality float64) float64 {
		sum := 0.0
		for i := range w {
			sum += weight[i] * distuv.UnitNormal.CDF(noncentrality-t*w[i])
		}
		return sum
	}
}

// bisect returns where an increasing function that tends to 0 and 1 is p.
func bisect(f func(float64) float64, p float64) float64 {
	low, high := -1.0, 1.0
	for f(low) > p {
		low *= 2
	}
	for f(high) < p {
		high *= 2
	}
	for range 60 {
		if middle := (low + high) / 2; f(middle) < p {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
