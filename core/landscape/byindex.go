package landscape

import (
	"math"
	"math/cmplx"
)

// MaxSpins is the largest number of spins for which [MeanCountByIndex] and [Minima] can
// be computed.
const MaxSpins = 200

const tooManySpins = "landscape: more spins than MaxSpins"

// MeanCountByIndex returns the exact mean numbers of critical points of index 0, ..., n-1
// with energy per spin at most u, for n spins; u = +Inf counts all. The absolute errors
// are about 1e-13 MeanCount(p, n, u). For n up to 12 and u = +Inf the relative errors are
// therefore below 1e-11; where the minima are a tiny part of all critical points, use [Minima]. The
// time grows as n^5. MeanCountByIndex panics if n > MaxSpins.
func MeanCountByIndex(p, n int, u float64) []float64 {
	checkP(p)
	density := newIndexedDensity(n)
	counts := make([]float64, n)
	c, factor := decay(p), math.Exp(logFactor(p, n))
	low, high := eigenvalueRange(n, u*eigenvaluePerEnergy(p, n))
	for x, weight := range nodes(n, low, high) {
		for k, d := range density.at(x) {
			counts[k] += factor * weight * math.Exp(-c*x*x) * d
		}
	}
	return counts
}

// Moments are the mean number of critical points of some kind, and the mean and standard
// deviation of their energies per spin. Mean and SD are NaN if Count is 0.
type Moments struct{ Count, Mean, SD float64 }

// Minima returns the exact moments of the local minima with energy per spin at most u,
// for n spins; u = +Inf counts all. The relative error is below 1e-6 up to n = 150. The
// time grows as n^4. Minima panics if n > MaxSpins.
func Minima(p, n int, u float64) Moments {
	checkP(p)
	density := newIndexedDensity(n)
	c, perEnergy := decay(p), eigenvaluePerEnergy(p, n)
	low, high := eigenvalueRange(n, u*perEnergy)
	var count, first, second float64
	for x, weight := range nodes(n, low, high) {
		part := weight * math.Exp(-c*x*x) * density.lowest(x)
		energy := x / perEnergy
		count += part
		first += part * energy
		second += part * energy * energy
		if part < 1e-18*count { // past the only peak: the rest is negligible
			break
		}
	}
	mean := first / count
	return Moments{count * math.Exp(logFactor(p, n)), mean, math.Sqrt(second/count - mean*mean)}
}

// An indexedDensity computes the densities of the ordered eigenvalues
// x_0 <= ... <= x_{n-1}. Their generating function follows from de Bruijn's formula: if
// each eigenvalue below x is weighted by z, the integral of the joint density is a
// Pfaffian,
//
//	G(z) = sum over j of P(j eigenvalues below x) z^j = Pf A(z) / Pf A(1),
//	A_ij(z) = integral of sgn(t-s) phi_i(s) phi_j(t) w(s) w(t) ds dt,  w(s) = z if s < x, else 1,
//
// where A is bordered by the integrals of phi_i w if n is odd. The event x_k <= x is that
// of more than k eigenvalues below x, so that
//
//	sum over k of density of x_k times z^k = (dG/dx)/(z-1) = Pf B(z) / Pf A(1),
//
// where B is A with two more columns, psi_i = integral of sgn(t-x) phi_i(t) w(t) dt and
// phi_i(x), which continue on the border with 1 and 0. The factor z-1 has cancelled
// analytically, so no digits are lost where it is small.
type indexedDensity struct {
	n    int
	norm complex128 // Pf A(1)
}

// newIndexedDensity returns the densities for n spins.
func newIndexedDensity(n int) indexedDensity {
	checkSize(n)
	if n > MaxSpins {
		panic(tooManySpins)
	}
	return indexedDensity{n, pfaffian(newCut(n, 0).matrix(1))}
}

// at returns the densities of x_0, ..., x_{n-1} at x: the coefficients of the generating
// function, from its values at the n-th roots of unity.
func (d indexedDensity) at(x float64) []float64 {
	cut := newCut(d.n, x)
	densities := make([]float64, d.n)
	for m := range d.n/2 + 1 {
		value := d.generating(cut, root(d.n, m))
		if m > 0 && 2*m < d.n {
			value *= 2 // the conjugate root has the conjugate value
		}
		for k := range densities {
			densities[k] += real(value*root(d.n, -m*k)) / float64(d.n)
		}
	}
	return densities
}

// lowest returns the density of x_0 at x.
func (d indexedDensity) lowest(x float64) float64 {
	return real(d.generating(newCut(d.n, x), 0))
}

// generating returns the generating function of the densities, Pf B(z) / Pf A(1).
func (d indexedDensity) generating(c *cut, z complex128) complex128 {
	return pfaffian(c.extended(z)) / d.norm
}

// root returns exp(2 pi i m/n).
func root(n, m int) complex128 {
	return cmplx.Rect(1, 2*math.Pi*float64(m%n)/float64(n))
}

// A cut contains the integrals of which A and B consist, for one x.
type cut struct {
	phi          []float64   // phi_i(x)
	below, above []float64   // integrals of phi_i up to x, and from x on
	low, high    [][]float64 // double integrals of sgn(t-s) phi_i(s) phi_j(t), both below x and both above
}

// newCut returns the integrals for n spins at x.
func newCut(n int, x float64) *cut {
	c := &cut{phi: hermite(n, x)[:n]}
	c.below, c.low = integrals(n, x)
	c.above, c.high = integrals(n, -x) // phi_i(-t) = (-1)^i phi_i(t)
	for i := range n {
		if i%2 == 1 {
			c.above[i] = -c.above[i]
		}
		for j := range n {
			if (i+j)%2 == 0 {
				c.high[i][j] = -c.high[i][j]
			}
		}
	}
	return c
}

// matrix returns A(z).
func (c *cut) matrix(z complex128) skew {
	n := len(c.phi)
	a := newSkew(n + n%2)
	for i := range n {
		for j := range i {
			mixed := c.below[j]*c.above[i] - c.above[j]*c.below[i]
			a[j][i] = z*(z*complex(c.low[j][i], 0)+complex(mixed, 0)) + complex(c.high[j][i], 0)
		}
		if n%2 == 1 {
			a[i][n] = z*complex(c.below[i], 0) + complex(c.above[i], 0)
		}
	}
	return a
}

// extended returns B(z).
func (c *cut) extended(z complex128) skew {
	a := c.matrix(z)
	m := len(a)
	b := newSkew(m + 2)
	for i, row := range a {
		copy(b[i], row)
	}
	for i := range c.phi {
		b[i][m] = complex(c.above[i], 0) - z*complex(c.below[i], 0)
		b[i][m+1] = complex(c.phi[i], 0)
	}
	if m > len(c.phi) {
		b[m-1][m] = 1
	}
	return b
}
