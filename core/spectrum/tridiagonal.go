package spectrum

import (
	"errors"
	"math"
)

// diagonalise computes the eigenvalues of the symmetric tridiagonal matrix with the
// diagonal d and beside it e, where e has the length of d and its last element is not used.
// The eigenvalues, in no order, take the place of d; e is overwritten. The rows of z, which
// have the length of d, are multiplied by the matrix of eigenvectors from the right: the
// unit matrix becomes the eigenvectors, and its first row alone their first components.
//
// It is the QL algorithm with implicit shifts (Wilkinson, Reinsch, Handbook for Automatic
// Computation II, 1971, contribution II/4). An e is set to zero once it is at most 2^-53
// times the largest absolute value of an element. Every operation is rounded once.
func diagonalise(d, e []float64, z [][]float64) error {
	const sweeps = 60 // per eigenvalue; two are usual
	n := len(d)
	size := 0.0
	for i := range d {
		size = max(size, math.Abs(d[i]))
		if i < n-1 {
			size = max(size, math.Abs(e[i]))
		}
	}
	small := size * 0x1p-53
	for l := range d {
		for sweep := 0; ; sweep++ {
			m := l
			for m < n-1 && !(math.Abs(e[m]) <= small) {
				m++
			}
			if m == l {
				break
			}
			if sweep == sweeps {
				return errors.New("spectrum: the eigenvalues of a tridiagonal matrix did not converge")
			}
			sweepQL(d, e, l, m, z)
		}
	}
	return nil
}

// sweepQL makes one step of the QL algorithm in rows l..m, which no e of zero separates.
func sweepQL(d, e []float64, l, m int, z [][]float64) {
	g := (d[l+1] - d[l]) / (2 * e[l])
	r := hypotenuse(g, 1)
	g = d[m] - d[l] + e[l]/(g+math.Copysign(r, g))
	s, c, p := 1.0, 1.0, 0.0
	for i := m - 1; i >= l; i-- {
		f, b := float64(s*e[i]), float64(c*e[i])
		r = hypotenuse(f, g)
		e[i+1] = r
		if r == 0 { // the matrix splits here
			d[i+1] -= p
			e[m] = 0
			return
		}
		s, c = f/r, g/r
		g = d[i+1] - p
		r = float64((d[i]-g)*s) + float64(2*c*b)
		p = float64(s * r)
		d[i+1] = g + p
		g = float64(c*r) - b
		for _, row := range z {
			x, y := row[i], row[i+1]
			row[i+1] = float64(s*x) + float64(c*y)
			row[i] = float64(c*x) - float64(s*y)
		}
	}
	d[l] -= p
	e[l] = g
	e[m] = 0
}

func hypotenuse(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }
