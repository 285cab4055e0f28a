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

// CountBelow is [Counter.Below] for a matrix that is counted once.
func CountBelow(ctx context.Context, set *simd.Set, a []float64, n int, x float64, threads int) (Count, error) {
	c, err := NewCounter(set, a, n, threads)
	if err != nil {
		return Count{}, err
	}
	return c.Below(ctx, x)
}

// A Counter counts the eigenvalues of a matrix below one threshold after the other. What it learns of the
// error at one threshold saves a factorisation at the next.
type Counter struct {
	f      *factorisation
	margin float64 // the last one
}

// NewCounter returns the counter of the symmetric n x n matrix a, in which it works. It needs memory for some
// hundred rows besides a. It returns an error if a is not symmetric to the bit or not finite, and panics if a
// has another length than n n.
func NewCounter(set *simd.Set, a []float64, n, threads int) (*Counter, error) {
	if err := checkSymmetric(a, n); err != nil {
		return nil, err
	}
	return &Counter{f: newFactorisation(set, a, n, threads)}, nil
}

// Below counts the eigenvalues below x of the counter's matrix A, by the inertia
// of factorisations of A - (x - margin) I and A - (x + margin) I, where margin is at least
// the backward error of either: the computed D has exactly the signs of the eigenvalues of
// A - y I + E with |E| <= margin, and E moves no eigenvalue by more than |E| (Weyl).
//
// The norm of E is bounded by 10 sqrt(2/pi) times the largest |E v| of ten vectors v of
// independent normal numbers, which fails with a probability of at most 1e-10 (Halko,
// Martinsson, Tropp, SIAM Review 53, 217, 2011, lemma 4.1). To each |E v| the bound
// gamma_m (|A| + |y| + |U'||D||U|)|v| on the rounding of its own computation is added.
//
// The squares of errors below 1e-160 underflow: a matrix whose elements are that small must be scaled before.
//
// A margin is twice a bound that was measured, and is kept for the next threshold, so that a result depends on
// those before. Each of two factorisations, and of one more for the first margin, takes n^3/6 multiplications and
// as many additions. The matrix is restored when Below returns. It returns an error if a factor is not finite,
// and ctx.Err() if ctx is done.
func (c *Counter) Below(ctx context.Context, x float64) (Count, error) {
	if c.f.n == 0 {
		return Count{}, nil
	}
	defer c.f.restore()
	below, err := c.beside(ctx, x, -1)
	if err != nil {
		return Count{}, err
	}
	upTo, err := c.beside(ctx, x, 1)
	if err != nil {
		return Count{}, err
	}
	return Count{below, upTo - below, c.margin}, nil
}

// beside returns the number of negative eigenvalues of A - (x + side margin) I, with the counter's margin, or a
// larger one that exceeds the backward error of the factorisation.
func (c *Counter) beside(ctx context.Context, x, side float64) (count int, err error) {
	for {
		if err := c.f.compute(ctx, -(x + float64(side*c.margin))); err != nil {
			return 0, err
		}
		bound := c.f.backwardError()
		if bound <= c.margin {
			return c.f.negatives(), nil
		}
		if !(bound < math.MaxFloat64) {
			return 0, errNotFinite
		}
		c.margin = 2 * bound
	}
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
