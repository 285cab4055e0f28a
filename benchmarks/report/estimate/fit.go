package estimate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// A Point is a value to which a law is fitted, with its standard error and the degrees of
// freedom of that.
type Point struct{ X, Y, Error, Degrees float64 }

// weights returns 1/Error^2 of each point, or nil, for equal weights, if one is not
// known.
func weights(points []Point) []float64 {
	w := make([]float64, len(points))
	for i, p := range points {
		if !(p.Error > 0) {
			return nil
		}
		w[i] = 1 / (p.Error * p.Error)
	}
	return w
}

// A Goodness says how well a law fits: the weighted sum of the squared residuals, its degrees
// of freedom, and the probability of a sum at least as large if the law is true. All are
// NaN or 0 if there is no fit or if the errors of the points are not known.
type Goodness struct {
	Chi2 float64
	DOF  int
	P    float64
}

// Known reports whether the fit can be tested.
func (g Goodness) Known() bool { return !math.IsNaN(g.P) }

var untested = Goodness{math.NaN(), 0, math.NaN()}

// testFit computes the goodness of a fit from its residuals and the derivatives of the
// law with respect to its coefficients at each point.
//
// The standard errors are themselves estimates, so that the sum of squares is not
// distributed as chi squared but, with f degrees of freedom, about as c F(f, g):
//
//	c = f + 2A - 6A/(f + 2),  g = f (f + 2)/(3A),  A = sum of (1 - h)^2/(degrees of the point),
//
// h being the leverages (Johansen, The Welch-James approximation to the distribution of
// the residual sum of squares in a weighted linear regression, Biometrika 67, 1980, 85-92).
func testFit(points []Point, residuals []float64, derivatives [][]float64) Goodness {
	w := weights(points)
	f := len(points) - len(derivatives[0])
	if w == nil || f < 1 {
		return untested
	}
	scaled := mat.NewDense(len(points), len(derivatives[0]), nil)
	chi2 := 0.0
	for i, row := range derivatives {
		chi2 += w[i] * residuals[i] * residuals[i]
		for k, d := range row {
			scaled.Set(i, k, math.Sqrt(w[i])*d)
		}
	}
	var qr mat.QR
	qr.Factorize(scaled)
	var q mat.Dense
	qr.QTo(&q)
	a := 0.0
	for i, p := range points {
		leverage := 0.0
		for k := range derivatives[0] {
			leverage += q.At(i, k) * q.At(i, k)
		}
		a += (1 - leverage) * (1 - leverage) / p.Degrees
	}
	return Goodness{chi2, f, residualTail(chi2, float64(f), a)}
}

// residualTail is the probability of a residual sum of squares of at least chi2.
func residualTail(chi2, f, a float64) float64 {
	if !(a > 1e-6) {
		return distuv.ChiSquared{K: f}.Survival(chi2)
	}
	c := f + 2*a - 6*a/(f+2)
	return distuv.F{D1: f, D2: f * (f + 2) / (3 * a)}.Survival(chi2 / c)
}

// A Line is y = Intercept + Slope x.
type Line struct{ Intercept, Slope float64 }

// FitLine fits a line by least squares, weighted with the inverse squares of the standard
// errors if all are known. Both coefficients are NaN for fewer than three points, since a line
// passes through any two.
func FitLine(points []Point) Line {
	if len(points) < 3 {
		return Line{math.NaN(), math.NaN()}
	}
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p.X, p.Y
	}
	intercept, slope := stat.LinearRegression(x, y, weights(points), false)
	return Line{intercept, slope}
}

// Known reports whether the points determine the line.
func (l Line) Known() bool { return !math.IsNaN(l.Slope) && !math.IsInf(l.Slope, 0) }

// At returns the fitted y.
func (l Line) At(x float64) float64 { return l.Intercept + l.Slope*x }

// Test computes how well the line fits the points.
func (l Line) Test(points []Point) Goodness {
	if !l.Known() {
		return untested
	}
	var residuals []float64
	var derivatives [][]float64
	for _, p := range points {
		residuals = append(residuals, p.Y-l.At(p.X))
		derivatives = append(derivatives, []float64{1, p.X})
	}
	return testFit(points, residuals, derivatives)
}

// Text writes the goodness: "chi2 = 31.2 on 3 degrees of freedom, p = 0.0004".
func (g Goodness) Text() string {
	if !g.Known() {
		return format.Dash
	}
	p := g.PText()
	if !strings.HasPrefix(p, "<") {
		p = "= " + p
	}
	return fmt.Sprintf("chi2 = %.3g on %s of freedom, p %s", g.Chi2, degreesText(g.DOF), p)
}

// PText writes the probability with two digits.
func (g Goodness) PText() string {
	switch {
	case !g.Known():
		return format.Dash
	case g.P < 1e-15:
		return "< 1e-15"
	}
	return strconv.FormatFloat(g.P, 'g', 2, 64)
}

func degreesText(n int) string {
	if n == 1 {
		return "1 degree"
	}
	return strconv.Itoa(n) + " degrees"
}

// Cells returns chi2, degrees of freedom and probability for a table.
func (g Goodness) Cells() []string {
	if !g.Known() {
		return []string{format.Dash, format.Dash, format.Dash}
	}
	return []string{strconv.FormatFloat(g.Chi2, 'g', 3, 64), strconv.Itoa(g.DOF), g.PText()}
}
