// Package gen draws what property tests of numeric kernels need: shapes at the
// borders that matter, layouts, numbers of every kind, simplest first so that
// counterexamples shrink to readable ones, and memory that ends at an unreadable
// page. A test draws a shape, a layout, a pattern and a few single values, not
// every number. The package knows no kernels: its callers say what they border on.
package gen

import (
	"pgregory.net/rapid"
)

// Size draws a size from least to most: the least few, one round a multiple of
// the borders (the lanes of a vector, the rows of a tile, the depth of a block),
// or any.
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

// Stride draws a leading dimension for rows of that many elements: at least one.
func Stride(t *rapid.T, label string, cols int) int {
	return max(1, cols) + rapid.SampledFrom([]int{0, 1, 3, 16, 29}).Draw(t, label)
}

// Scalar draws a factor such as alpha or beta, simplest first.
func Scalar[T Float](t *rapid.T, label string, wild bool) T {
	s := []T{1, 0, -1, 2, 0.5, T(0.1), T(-1.7), T(0x1p-20)}
	if wild {
		s = append(s, Spikes[T]()...)
	}
	return s[rapid.IntRange(0, len(s)-1).Draw(t, label)]
}
