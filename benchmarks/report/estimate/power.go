package estimate

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// A Power is y = Limit + Factor x^Exponent.
type Power struct{ Limit, Factor, Exponent float64 }

var unknownPower = Power{math.NaN(), math.NaN(), math.NaN()}

// A PowerForm says which coefficients of a Power are given; NaN: to be fitted.
type PowerForm struct{ Limit, Exponent float64 }

// The range of exponents in which FitPower searches.
const (
	LowestExponent  = -4.0
	HighestExponent = -0.02
)

// coefficients returns the number of coefficients to be fitted.
func (f PowerForm) coefficients() int {
	n := 1
	if math.IsNaN(f.Limit) {
		n++
	}
	if math.IsNaN(f.Exponent) {
		n++
	}
	return n
}

// FitPower fits a power law by least squares, weighted with the inverse squares of the
// standard errors if all are known. For a given exponent that is a linear regression; the
// exponent is found on a grid and then by golden-section search. All coefficients are NaN
// unless there are more points than coefficients, since a law through as many says nothing of
// them, and if the best exponent is an end of the range.
func FitPower(points []Point, form PowerForm) Power {
	if len(points) <= form.coefficients() {
		return unknownPower
	}
	if !math.IsNaN(form.Exponent) {
		fit, _ := fitFactor(points, form.Limit, form.Exponent)
		return fit
	}
	squares := func(exponent float64) float64 {
		_, sum := fitFactor(points, form.Limit, exponent)
		return sum
	}
	const steps = 40
	grid := func(i int) float64 {
		return HighestExponent + (LowestExponent-HighestExponent)*float64(i)/steps
	}
	best, least := 0, math.Inf(1)
	for i := range steps + 1 {
		if sum := squares(grid(i)); sum < least {
			best, least = i, sum
		}
	}
	if best == 0 || best == steps {
		return unknownPower
	}
	fit, _ := fitFactor(points, form.Limit, minimise(grid(best+1), grid(best-1), squares))
	return fit
}

// fitFactor fits the factor, and the limit unless it is given, and returns the weighted sum
// of squared residuals.
func fitFactor(points []Point, limit, exponent float64) (fit Power, squares float64) {
	x, y, w := make([]float64, len(points)), make([]float64, len(points)), weights(points)
	for i, p := range points {
		x[i], y[i] = math.Pow(p.X, exponent), p.Y
	}
	fit = Power{Exponent: exponent}
	if math.IsNaN(limit) {
		fit.Limit, fit.Factor = stat.LinearRegression(x, y, w, false)
	} else {
		for i := range y {
			y[i] -= limit
		}
		_, fit.Factor = stat.LinearRegression(x, y, w, true)
		fit.Limit = limit
	}
	for i, p := range points {
		r := p.Y - fit.At(p.X)
		if w != nil {
			r *= math.Sqrt(w[i])
		}
		squares += r * r
	}
	return fit, squares
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

// Known reports whether the points determine the law.
func (p Power) Known() bool { return !math.IsNaN(p.Factor) }

// At returns the fitted y.
func (p Power) At(x float64) float64 { return p.Limit + p.Factor*math.Pow(x, p.Exponent) }

// Test computes how well the law fits the points; form says which coefficients were
// fitted.
func (p Power) Test(points []Point, form PowerForm) Goodness {
	if !p.Known() {
		return untested
	}
	var residuals []float64
	var derivatives [][]float64
	for _, point := range points {
		residuals = append(residuals, point.Y-p.At(point.X))
		power := math.Pow(point.X, p.Exponent)
		row := []float64{power}
		if math.IsNaN(form.Limit) {
			row = append(row, 1)
		}
		if math.IsNaN(form.Exponent) {
			row = append(row, p.Factor*power*math.Log(point.X))
		}
		derivatives = append(derivatives, row)
	}
	return testFit(points, residuals, derivatives)
}
