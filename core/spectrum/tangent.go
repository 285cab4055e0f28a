package spectrum

import (
	"context"
	"fmt"
	"math"
)

// A Tangent is the space of vectors orthogonal to one vector w of n numbers, in the
// orthonormal basis of the last n-1 columns of the reflection 1 - u u' that maps w to a
// multiple of the first unit vector. A Hessian on a sphere maps the tangent space at w to
// itself, and has one eigenvalue fewer than coordinates.
type Tangent struct{ u []float64 }

// NewTangent returns the tangent space at w. It panics if w is zero or has fewer than two
// numbers.
func NewTangent(w []float64) *Tangent {
	size := norm(w)
	if len(w) < 2 || size == 0 {
		panic(fmt.Sprintf("spectrum: no tangent space at a point of %d numbers and norm %v", len(w), size))
	}
	u := scaled(w, 1/size)
	u[0] += math.Copysign(1, u[0])
	return &Tangent{scaled(u, math.Sqrt2/norm(u))}
}

// Restrict returns the matrix of n-1 rows that the symmetric matrix a of n rows is in the
// tangent space: B' a B, symmetric to the bit, where B has the vectors of the basis.
func (t *Tangent) Restrict(a []float64) []float64 {
	n := len(t.u)
	au, out := make([]float64, n), make([]float64, (n-1)*(n-1))
	for i := range n {
		au[i] = chain(a[i*n:][:n], t.u)
	}
	both := chain(t.u, au)
	for i := 1; i < n; i++ {
		for j := 1; j <= i; j++ {
			x := a[i*n+j] - (float64(t.u[i]*au[j]) + float64(au[i]*t.u[j]))
			x = math.FMA(float64(t.u[i]*t.u[j]), both, x)
			out[(i-1)*(n-1)+j-1], out[(j-1)*(n-1)+i-1] = x, x
		}
	}
	return out
}

// Operator returns the operator on n-1 numbers that op, on n, is in the tangent space.
func (t *Tangent) Operator(op Operator) Operator {
	n := len(t.u)
	return func(ctx context.Context, v, out []float64) error {
		full, product := make([]float64, n), make([]float64, n)
		copy(full[1:], v)
		axpy(-chain(t.u, full), t.u, full)
		if err := op(ctx, full, product); err != nil {
			return err
		}
		axpy(-chain(t.u, product), t.u, product)
		copy(out, product[1:])
		return nil
	}
}
