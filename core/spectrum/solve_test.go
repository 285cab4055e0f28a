package spectrum

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/simd"
)

// A shifted matrix is positive definite if all its eigenvalues are above zero, and then the residuals of the
// solutions are as small as the rounding.
func TestSolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(45, 120)).Draw(t, "n")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "solve")
		a := symmetric(s, n)
		values, _, err := Eigenvalues(a, n)
		if err != nil {
			t.Fatal(err)
		}
		solver, err := NewSolver(simd.Detect(), append([]float64(nil), a...), n, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, above := range []float64{-.1, .1, 3} {
			shift := above - values[0]
			definite, err := solver.Factorise(context.Background(), shift)
			if err != nil || definite != (above > 0) {
				t.Fatalf("the smallest eigenvalue is %v: definite %v, error %v", above, definite, err)
			}
			if !definite {
				continue
			}
			b, x := make([]float64, n), make([]float64, n)
			s.Normals(b)
			solver.Solve(b, x)
			for i := range n {
				r := b[i] - chain(a[i*n:][:n], x) - shift*x[i]
				if math.Abs(r) > 1e-13*float64(n)*(norm(a)+math.Abs(shift))*norm(x) {
					t.Fatalf("residual %d is %v", i, r)
				}
			}
			solver.Solve(b, b)
			if d := distanceOf(b, x); d != 0 {
				t.Fatalf("in place, the solution is %v away", d)
			}
		}
	})
}

func distanceOf(a, b []float64) float64 {
	d := append([]float64(nil), a...)
	axpy(-1, b, d)
	return norm(d)
}

// The solver ends if the context is done, and refuses what is not a symmetric matrix.
func TestSolverFails(t *testing.T) {
	a := symmetric(stream.New(1, "fails"), 200)
	solver, err := NewSolver(simd.Detect(), a, 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := solver.Factorise(asked.New(t.Context(), 1), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v after it was cancelled", err)
	}
	if _, err := NewSolver(simd.Detect(), []float64{1, 2, 3, 4}, 2, 1); err == nil {
		t.Error("no error for a matrix that is not symmetric")
	}
	if _, err := NewSolver(simd.Detect(), []float64{math.NaN()}, 1, 1); !errors.Is(err, errNotFinite) {
		t.Errorf("NaN: error %v", err)
	}
}
