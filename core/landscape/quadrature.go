package landscape

import (
	"iter"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
)

// eigenvalueRange returns where the eigenvalues of an n x n matrix are, from the
// left up to most: beyond it they have less than 1e-16 of the probability in it.
func eigenvalueRange(n int, most float64) (low, high float64) {
	// The edges are at +-sqrt(2n), with a tail of exp(-2/3 s^(3/2)) or less at a
	// distance of s n^(-1/6)/sqrt 2. Far out in the tail, where the density falls
	// as exp(-x sqrt(x^2 - 2n)) or faster, a shorter piece is enough.
	edge := math.Sqrt(2 * float64(n))
	beyond := 11 * math.Pow(float64(n), -1./6)
	high = min(most, edge+beyond)
	if high < -edge {
		beyond = min(beyond, 40/math.Sqrt(high*high-edge*edge))
	}
	return min(high, -edge) - beyond, high
}

// nodes yields nodes and weights of Gauss-Legendre quadrature from low to high, in
// ascending order, sixteen to a panel. Panels are short enough for everything that is integrated
// here, with frequencies up to 2 sqrt(2n) and logarithmic slopes up to 2|x|.
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
