// Package gen draws the inputs of property tests of numeric kernels: sizes near the
// borders at which implementations switch code, leading dimensions, matrices in
// characteristic patterns, special numbers, and memory that ends at an unreadable page.
// Simple values come first, so that counterexamples shrink to readable ones.
//
// The package knows no kernels: callers say at which sizes theirs have borders. It
// extends pgregory.net/rapid, whose T all functions draw from. Start with [Size] and
// [Matrix]; [Tame] patterns are finite, [Wild] ones are not, [Exact] ones are integers
// whose sums are exact in any order.
package gen

import (
	"pgregory.net/rapid"
)

// Size draws a size from least to most: one of the smallest, one that differs by at most
// one from a small multiple of a border (the lanes of a vector, the rows of a tile, the
// depth of a block), or any.
func Size(t *rapid.T, label string, least, most int, borders ...int) int {
	few := rapid.IntRange(least, min(least+3, most))
	kinds := []*rapid.Generator[int]{few, few}
	var round []int
	for _, b := range borders {
		for _, n := range []int{b - 1, b, b + 1, 2*b - 1, 2 * b, 2*b + 1, 3*b + 1} {
			if least <= n && n <= most {
				round = append(round, n)
			}
		}
	}
	if len(round) > 0 {
		kinds = append(kinds, rapid.SampledFrom(round))
	}
	return rapid.OneOf(append(kinds, rapid.IntRange(least, most))...).Draw(t, label)
}

// Stride draws a leading dimension for rows of cols elements; it is at least one.
func Stride(t *rapid.T, label string, cols int) int {
	return max(1, cols) + Gap(t, label)
}

// Gap draws the number of elements between the rows of a matrix.
func Gap(t *rapid.T, label string) int {
	return rapid.SampledFrom([]int{0, 1, 3, 16, 29}).Draw(t, label)
}

// Scalar draws a factor such as alpha or beta; if wild is set, NaN and infinities too.
func Scalar[T Float](t *rapid.T, label string, wild bool) T {
	s := []T{1, 0, -1, 2, 0.5, T(0.1), T(-1.7), T(0x1p-20)}
	if wild {
		s = append(s, Spikes[T]()...)
	}
	return s[rapid.IntRange(0, len(s)-1).Draw(t, label)]
}
