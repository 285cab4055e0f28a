package spectrum

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/simd"
)

// A Solver solves systems of linear equations whose matrix is symmetric, by the factorisation of
// [CountBelow], which also tells whether the matrix is positive definite.
type Solver struct {
	f    *factorisation
	work []float64
}

// NewSolver returns a solver that works in the symmetric n x n matrix a, whose upper triangle and diagonal it
// overwrites. The error and the panic are those of CountBelow.
func NewSolver(set *simd.Set, a []float64, n, threads int) (*Solver, error) {
	if err := checkSymmetric(a, n); err != nil {
		return nil, err
	}
	return &Solver{newFactorisation(set, a, n, threads), make([]float64, n)}, nil
}

// Factorise factorises A + s I and reports whether it is positive definite, up to rounding. If ctx is done it
// returns ctx.Err().
func (s *Solver) Factorise(ctx context.Context, shift float64) (definite bool, err error) {
	if err := s.f.compute(ctx, shift); err != nil {
		return false, err
	}
	for i, d := range s.f.d {
		if !(d > 0) || s.f.e[i] != 0 { // a block of two rows has a negative eigenvalue
			return false, nil
		}
	}
	return true, nil
}

// Solve writes the solution x of (A + s I) x = b to x, which may be b. Factorise must have
// returned that the matrix is positive definite. It panics if a slice has another length than the matrix has
// rows.
//
// With y = P b it is the exact result of the following: y_j = fma(-u_ij, y_i, y_j) for i ascending and j > i, then
// y_i / d_i, and then for i descending y_i less the chain over j > i of u_ij y_j.
func (s *Solver) Solve(b, x []float64) {
	f, y, n := s.f, s.work, s.f.n
	if len(b) != n || len(x) != n {
		panic(fmt.Sprintf("spectrum: %d and %d numbers for a matrix of %d rows", len(b), len(x), n))
	}
	for i, from := range f.perm {
		y[i] = b[from]
	}
	for i := range n {
		axpy(-y[i], f.a[i*n:][i+1:n], y[i+1:])
	}
	for i, d := range f.d {
		y[i] /= d
	}
	for i := n - 1; i >= 0; i-- {
		y[i] -= chain(f.a[i*n:][i+1:n], y[i+1:])
	}
	for i, to := range f.perm {
		x[to] = y[i]
	}
}
