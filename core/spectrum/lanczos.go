package spectrum

import (
	"context"
	"math"
	"slices"

	"github.com/lossglass/lossglass/core/stream"
)

// An Operator writes the product of a symmetric matrix with v to out, which has the same
// length. It returns an error if it cannot, usually that of the context.
type Operator func(ctx context.Context, v, out []float64) error

// Dense returns the operator of the n x n matrix a: each element of a product is a chain.
func Dense(a []float64, n int) Operator {
	return func(_ context.Context, v, out []float64) error {
		i := 0
		for ; i+4 <= n; i += 4 {
			out[i], out[i+1], out[i+2], out[i+3] = chains(a[i*n:][:n], a[(i+1)*n:][:n], a[(i+2)*n:][:n], a[(i+3)*n:][:n], v)
		}
		for ; i < n; i++ {
			out[i] = chain(a[i*n:][:n], v)
		}
		return nil
	}
}

// A krylov is what the Lanczos method computes in some steps: orthonormal vectors, in which
// the matrix is tridiagonal, with diagonal and off, up to the last element of off, which
// is the norm of what the next vector would be made from.
type krylov struct {
	basis         [][]float64
	diagonal, off []float64
}

// lanczos takes at most that many steps of the Lanczos method from start. It orthogonalises
// every vector twice against all earlier ones (Golub, Van Loan, Matrix Computations,
// 4th edition, section 10.3). It ends early once the vectors span an invariant space, as far
// as the rounding shows.
func lanczos(ctx context.Context, op Operator, start []float64, steps int) (*krylov, error) {
	k := &krylov{}
	v := scaled(start, 1/norm(start))
	size := 0.0 // of the matrix, as far as is known
	for range min(steps, len(start)) {
		next := make([]float64, len(v))
		if err := op(ctx, v, next); err != nil {
			return nil, err
		}
		k.basis = append(k.basis, v)
		diagonal := chain(v, next)
		for range 2 {
			for i := len(k.basis) - 1; i >= 0; i-- {
				axpy(-chain(k.basis[i], next), k.basis[i], next)
			}
		}
		off := norm(next)
		if diagonal-diagonal != 0 || off-off != 0 {
			return nil, errNotFinite
		}
		k.diagonal, k.off = append(k.diagonal, diagonal), append(k.off, off)
		size = max(size, math.Abs(diagonal), off)
		if off <= size*float64(len(v))*0x1p-52 {
			break
		}
		v = scaled(next, 1/off)
	}
	return k, nil
}

// scaled returns f x.
func scaled(x []float64, f float64) []float64 {
	y := slices.Clone(x)
	for i := range y {
		y[i] *= f
	}
	return y
}

// A Ritz is an approximate eigenvalue and eigenvector. The matrix has an eigenvalue within
// Residual of Value, up to the rounding of the product that Residual is computed from.
type Ritz struct {
	Value    float64
	Vector   []float64 // of norm 1
	Residual float64   // the norm of A Vector - Value Vector
}

// Extremes approximates the smallest and the largest eigenvalue of an n x n matrix by at most
// that many steps of the Lanczos method, from a random vector that seed determines. Value is
// never below the smallest eigenvalue nor above the largest one, up to rounding; that no
// eigenvalue lies beyond it by more than the residual is likely, but not certain, for a start
// from a random vector. It returns the operator's error, and an error if a product is not
// finite. It panics if n or steps is below one.
func Extremes(ctx context.Context, op Operator, n, steps int, seed uint64) (smallest, largest Ritz, err error) {
	start := make([]float64, n)
	stream.New(seed, "spectrum/extremes", uint64(n)).Normals(start)
	k, err := lanczos(ctx, op, start, steps)
	if err != nil {
		return Ritz{}, Ritz{}, err
	}
	size := len(k.diagonal)
	values, off, vectors := slices.Clone(k.diagonal), slices.Clone(k.off), make([][]float64, size)
	for i := range vectors {
		vectors[i] = make([]float64, size)
		vectors[i][i] = 1
	}
	if err := diagonalise(values, off, vectors); err != nil {
		return Ritz{}, Ritz{}, err
	}
	least, most := slices.Index(values, slices.Min(values)), slices.Index(values, slices.Max(values))
	if smallest, err = k.ritz(ctx, op, vectors, least); err != nil {
		return Ritz{}, Ritz{}, err
	}
	largest, err = k.ritz(ctx, op, vectors, most)
	return smallest, largest, err
}

// ritz returns the approximation from column i of the eigenvectors of the tridiagonal matrix.
func (k *krylov) ritz(ctx context.Context, op Operator, vectors [][]float64, i int) (Ritz, error) {
	v := make([]float64, len(k.basis[0]))
	for j, b := range k.basis {
		axpy(vectors[j][i], b, v)
	}
	v = scaled(v, 1/norm(v))
	product := make([]float64, len(v))
	if err := op(ctx, v, product); err != nil {
		return Ritz{}, err
	}
	value := chain(v, product)
	axpy(-value, v, product)
	return Ritz{value, v, norm(product)}, nil
}
