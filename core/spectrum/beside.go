package spectrum

import (
	"fmt"
	"math"
)

// independent is the share of a normal that must be orthogonal to those before it: a smaller one may
// be due to rounding.
const independent = 0x1p-26

// RestrictBeside returns the matrix that the symmetric matrix a of n rows is on the vectors
// orthogonal to all the normals, in an orthonormal basis, and its number of rows: n without one for
// each normal that is independent of those before it, up to a share of 2^-26. The matrix is symmetric to the
// bit and takes the place of a. The panic is that of [CountBelow].
//
// Each normal is mapped to a multiple of a unit vector by a reflection 1 - u u', as by [NewTangent],
// whose row and column are then left out. A reflection changes the rows and columns in which u has numbers
// other than zero: it takes about 10 n operations for each of these.
func RestrictBeside(a []float64, n int, normals [][]float64) (restricted []float64, rows int) {
	if len(a) != n*n {
		panic(fmt.Sprintf("spectrum: %d elements for a matrix of %d rows", len(a), n))
	}
	b := beside{a: a, n: n, isLeft: make([]bool, n), u: make([]float64, n), au: make([]float64, n)}
	rows = n
	for i := range b.isLeft {
		b.isLeft[i] = true
	}
	left := make([][]float64, len(normals))
	for k, v := range normals {
		left[k] = append([]float64(nil), v...)
	}
	for k, v := range left {
		if !b.setReflection(v, norm(normals[k])) {
			continue
		}
		b.reflect()
		out := b.support[0]
		b.isLeft[out] = false
		rows--
		for _, w := range left[k+1:] {
			f := -b.chain(w)
			for _, i := range b.support {
				w[i] = math.FMA(f, b.u[i], w[i])
			}
			w[out] = 0
		}
	}
	return b.compact(rows), rows
}

// A beside is a matrix while it is restricted.
type beside struct {
	a       []float64
	n       int
	isLeft  []bool // of each row
	support []int  // where u is not zero, ascending
	u, au   []float64
}

// setReflection sets u for a normal, which had the given norm before the earlier reflections. It returns false if
// the normal depends on the earlier ones.
func (b *beside) setReflection(v []float64, before float64) bool {
	clear(b.u)
	size := norm(v)
	if !(size > independent*before) {
		return false
	}
	b.support = b.support[:0]
	for i, x := range v {
		if x != 0 {
			b.support = append(b.support, i)
			b.u[i] = x / size
		}
	}
	first := b.support[0]
	b.u[first] += math.Copysign(1, b.u[first])
	f := math.Sqrt2 / norm(b.u)
	for _, i := range b.support {
		b.u[i] *= f
	}
	return true
}

// chain returns the chain of x_i u_i over the support.
func (b *beside) chain(x []float64) (sum float64) {
	for _, i := range b.support {
		sum = math.FMA(x[i], b.u[i], sum)
	}
	return sum
}

// reflect multiplies the matrix by the reflection from both sides.
func (b *beside) reflect() {
	for i, isLeft := range b.isLeft {
		if isLeft {
			b.au[i] = b.chain(b.a[i*b.n:][:b.n])
		}
	}
	both := b.chain(b.au)
	for i, isLeft := range b.isLeft {
		if !isLeft {
			continue
		}
		for _, j := range b.support {
			if b.u[i] != 0 && j > i {
				break // its mirror image comes later
			}
			x := b.a[i*b.n+j] - (float64(b.u[i]*b.au[j]) + float64(b.au[i]*b.u[j]))
			x = math.FMA(float64(b.u[i]*b.u[j]), both, x)
			b.a[i*b.n+j], b.a[j*b.n+i] = x, x
		}
	}
}

// compact moves the rows and columns that are left to the front.
func (b *beside) compact(rows int) []float64 {
	at := 0
	for i, isLeft := range b.isLeft {
		if !isLeft {
			continue
		}
		for j, x := range b.a[i*b.n:][:b.n] {
			if b.isLeft[j] {
				b.a[at] = x
				at++
			}
		}
	}
	return b.a[:rows*rows]
}
