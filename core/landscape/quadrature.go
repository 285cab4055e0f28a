package landscape

import (
	"iter"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// eigenvalueRange returns an interval that contains all but 1e-16 of the probability of
// eigenvalues that are at most `most`, for an n x n matrix of the ensemble.
func eigenvalueRange(n int, most float64) (low, high float64) {
	// The edges of the spectrum are at +-sqrt(2n). At a distance of s n^(-1/6)/sqrt(2)
	// beyond an edge the tail is at most exp(-2/3 s^(3/2)). Far out in the tail, where the
	// density decreases at least as fast as exp(-x sqrt(x^2 - 2n)), a shorter interval is
	// enough.
	edge := math.Sqrt(2 * float64(n))
	beyond := 11 * math.Pow(float64(n), -1./6)
	high = min(most, edge+beyond)
	if high < -edge {
		beyond = min(beyond, 40/math.Sqrt(high*high-edge*edge))
	}
	return min(high, -edge) - beyond, high
}

// nodes yields the nodes and weights of composite Gauss-Legendre quadrature from low to
// high, in ascending order, with sixteen nodes per panel. The panels are short enough for
// all integrands of this package, which have frequencies up to 2 sqrt(2n) and logarithmic
// derivatives up to 2|x|.
func nodes(n int, low, high float64) iter.Seq2[float64, float64] {
	return func(yield func(x, weight float64) bool) {
		const count = 16
		var xs, weights [count]float64
		quad.Legendre{}.FixedLocations(xs[:], weights[:], -1, 1)
		slices.Sort(xs[:]) // the weights are symmetric
		fastest := max(math.Sqrt(2*float64(n)), -high)
		panels := math.Ceil((high - low) / min(1.5, 6/fastest))
		half := (high - low) / panels / 2
		for i := range int(panels) {
			centre := low + float64(2*i+1)*half
			for k, x := range xs {
				if !yield(centre+half*x, half*weights[k]) {
					return
				}
			}
		}
	}
}
