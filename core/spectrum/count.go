package spectrum

import (
	"context"
	"fmt"
	"math"

	"github.com/lossglass/lossglass/simd"
)

// A Count is how many eigenvalues of a matrix are below a threshold. Every eigenvalue that
// is not counted in Below or Ambiguous is above the threshold or equal to it.
type Count struct {
	Below     int     // certainly below the threshold
	Ambiguous int     // so close to it that the error bound does not decide
	Margin    float64 // eigenvalues further from the threshold than twice this are never ambiguous
}

// CountBelow counts the eigenvalues below x of the symmetric n x n matrix a, by the inertia
// of factorisations of a - (x - margin) I and a - (x + margin) I, where margin is at least
// the backward error of either: the computed D has exactly the signs of the eigenvalues of
// a - y I + E with |E| <= margin, and E moves no eigenvalue by more than |E| (Weyl).
//
// The norm of E is bounded by 10 sqrt(2/pi) times the largest |E v| of ten vectors v of
// independent normal numbers, which fails with a probability of at most 1e-10 (Halko,
// Martinsson, Tropp, SIAM Review 53, 217, 2011, lemma 4.1). To each |E v| the bound
// gamma_m (|A| + |y| + |U'||D||U|)|v| on the rounding of its own computation is added.
//
// The squares of errors below 1e-160 underflow: a matrix whose elements are that small must be scaled before.
//
// CountBelow works in a and restores it: it is n^3/6 multiplications and as many additions for each
// of two factorisations or more, and needs memory for some hundred rows besides a. It returns an error
// if a is not symmetric to the bit or not finite, and ctx.Err() if ctx is done. It panics if a
// has another length than n n.
func CountBelow(ctx context.Context, set *simd.Set, a []float64, n int, x float64, threads int) (Count, error) {
	if err := checkSymmetric(a, n); err != nil {
		return Count{}, err
	}
	if n == 0 {
		return Count{}, nil
	}
	f := newFactorisation(set, a, n, threads)
	defer f.restore()
	margin := f.guessMargin(x)
	below, margin, err := f.countBeside(ctx, x, -1, margin)
	if err != nil {
		return Count{}, err
	}
	upTo, margin, err := f.countBeside(ctx, x, 1, margin)
	if err != nil {
		return Count{}, err
	}
	return Count{below, upTo - below, margin}, nil
}

// countBeside returns the number of negative eigenvalues of A - (x + side margin) I, with
// the given margin or a larger one that exceeds the backward error of the factorisation.
func (f *factorisation) countBeside(ctx context.Context, x, side, margin float64) (count int, used float64, err error) {
	for {
		if err := f.compute(ctx, -(x + float64(side*margin))); err != nil {
			return 0, 0, err
		}
		bound := f.backwardError()
		if bound <= margin {
			return f.negatives(), margin, nil
		}
		if !(bound < math.MaxFloat64) {
			return 0, 0, errNotFinite
		}
		margin = 2 * bound
	}
}

// guessMargin returns about twice the backward error to be expected.
func (f *factorisation) guessMargin(x float64) float64 {
	ones, sizes := make([]float64, f.n), make([]float64, f.n)
	for i := range ones {
		ones[i] = 1
	}
	f.addSizes(ones, sizes)
	return 40 * f.evaluationError() * (norm(sizes) + math.Abs(x))
}

// checkSymmetric returns an error unless the n x n matrix a is finite and symmetric.
func checkSymmetric(a []float64, n int) error {
	if len(a) != n*n {
		panic(fmt.Sprintf("spectrum: %d elements for a matrix of %d rows", len(a), n))
	}
	const block = 64 // columns, whose mirror images are in as many rows
	for from := 0; from < n; from += block {
		for i := from; i < n; i++ {
			for j := from; j < min(from+block, i+1); j++ {
				x, y := a[i*n+j], a[j*n+i]
				if x-x != 0 {
					return errNotFinite
				}
				if x != y {
					return fmt.Errorf("spectrum: the matrix is not symmetric: element %d, %d is %v and its mirror image %v", i, j, x, y)
				}
			}
		}
	}
	return nil
}
