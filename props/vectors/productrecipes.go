package vectors

import "github.com/lossglass/lossglass/props/gen"

// A productRecipe describes one kind of test of products.
type productRecipe[T gen.Float] struct {
	comment string
	flags   []string
	dot     bool // it applies to dot products too
	before  func(d *drawer, p *product[T])
	after   func(d *drawer, p *product[T])
	holds   func(p product[T], c []T) bool // whether operands and result are of this kind
}

// Sizes are near the borders of vectors and register tiles.
var sizes = []int{1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33}

// largestMatrix limits the elements of a matrix, so that the files stay small.
const largestMatrix = 170

// keptPadding fills the gaps between the rows of C, which keep their bits.
const keptPadding = 0x1.abcdep+66

func productRecipes[T gen.Float]() []productRecipe[T] {
	type call = *product[T]
	type draw = *drawer
	patterns := func(a, b, c string) func(draw, call) {
		return func(_ draw, p call) { p.patternA, p.patternB, p.patternC = a, b, c }
	}
	return []productRecipe[T]{
		{comment: "numbers uniform on [-1, 1]", dot: true},
		{comment: "sizes beside multiples of the vectors' lengths", dot: true, flags: []string{"tail"}, before: func(d draw, p call) {
			p.n, p.k, p.m = one(d, 3, 5, 7, 9, 15, 17), one(d, 3, 5, 7, 9, 17), one(d, 3, 5, 7, 9)
		}},
		{comment: "gaps between the rows", flags: []string{"padding"}, before: func(d draw, p call) { p.gaps = 1 + d.below(5) }},
		{comment: "alpha and beta", flags: []string{"alpha-beta"}, before: func(d draw, p call) {
			p.alpha, p.beta = one(d, T(-1.7), T(0.1), 2, -1), one(d, T(0.1), T(-1.7), 1, 0.5)
		}},
		{comment: "beta = 0, and C is NaN", flags: []string{"beta0-nan"}, before: func(_ draw, p call) { p.beta = 0 },
			after: func(_ draw, p call) { fill(p.c.data, nan[T]()) }},
		{comment: "alpha = 0, and A and B are NaN", flags: []string{"alpha0-nan"},
			before: func(d draw, p call) { p.alpha, p.beta = 0, one(d, T(0), 1, -1.5) },
			after:  func(_ draw, p call) { fill(p.a.data, nan[T]()); fill(p.b.data, nan[T]()) }},
		{comment: "a sum without terms", dot: true, flags: []string{"k=0"}, before: func(d draw, p call) { p.k, p.beta = 0, one(d, T(0), 1, 0.5) }},
		{comment: "no results", flags: []string{"empty"}, before: func(d draw, p call) {
			p.m = 0
			if !p.vectors && d.below(2) == 0 {
				p.m, p.n = p.k, 0
			}
		}},
		{comment: "small integers: exact in any order", dot: true, flags: []string{"order-independent"},
			before: func(d draw, p call) {
				patterns(integers, integers, integers)(d, p)
				p.alpha, p.beta = one(d, T(1), -1, 2), one(d, T(0), 1)
			}},
		{comment: "one nonzero in each row, all different: exact in any order", flags: []string{"order-independent"},
			before: patterns("permutation of unique values", integers, integers)},
		{comment: "sums that fall beside the middle between two numbers", dot: true, flags: []string{"midpoint-fma"},
			before: func(d draw, p call) {
				patterns(midpoints, midpoints, midpoints)(d, p)
				p.alpha, p.beta, p.k = 1, 1, 1+d.below(4)
			},
			holds: func(p product[T], c []T) bool { return p.differs(c, roundedTwice[T]) }},
		{comment: "terms that cancel", dot: true, flags: []string{"cancellation"},
			before: func(d draw, p call) {
				p.patternA, p.beta, p.k = cancelling, 0, max(p.k, 8)
			},
			after: func(_ draw, p call) { fill(p.b.data, 1) },
			holds: func(p product[T], c []T) bool { return p.differs(c, descending[T]) }},
		{comment: "subnormal operands and results: exact in any order", dot: true, flags: []string{"subnormal", "order-independent"},
			before: func(d draw, p call) {
				patterns(integers, integers, integers)(d, p)
				p.alpha, p.beta = 1, one(d, T(0), 1)
			},
			after: func(_ draw, p call) { scale(p.b.data, least[T]()); scale(p.c.data, least[T]()) },
			holds: func(_ product[T], c []T) bool { return gen.Classify(c...)&gen.Subnormals != 0 }},
		{comment: "infinities and NaN", dot: true, flags: []string{"special", "order-independent"},
			before: patterns(integers, integers, integers),
			after: func(d draw, p call) {
				for range 3 {
					x := one(d, p.a.data, p.b.data)
					x[d.below(len(x))] = one(d, nan[T](), inf[T](), -inf[T]())
				}
			},
			holds: func(_ product[T], c []T) bool { return gen.Classify(c...)&(gen.NaNs|gen.Infinities) != 0 }},
		{comment: "zero times infinity is NaN: the infinity is in B", dot: true, flags: []string{"zero-times-infinity", "special", "order-independent"},
			before: patterns("zeros", integers, integers),
			after:  func(d draw, p call) { p.b.data[d.below(len(p.b.data))] = inf[T]() }},
		{comment: "zero times infinity is NaN: the infinity is in A", dot: true, flags: []string{"zero-times-infinity", "special", "order-independent"},
			before: func(d draw, p call) {
				patterns(integers, "zeros", integers)(d, p)
				// A remainder of columns, where BLIS and ATLAS skip those whose factor is zero.
				p.m, p.n, p.k, p.transA = one(d, 15, 16, 17), 1, one(d, 2, 3, 9), true
			},
			after: func(d draw, p call) { p.a.data[len(p.a.data)-1-d.below(p.a.cols)] = inf[T]() }},
		{comment: "sums of negative zeros", flags: []string{"signed-zero", "order-independent"},
			before: func(_ draw, p call) { p.patternA, p.patternC, p.beta = "zeros", "zeros", 1 },
			after: func(_ draw, p call) {
				scale(p.c.data, -1)
				for i := range p.b.data { // -0 = fma(+0, b, -0) for a negative b
					p.b.data[i] = -max(p.b.data[i], -p.b.data[i])
				}
			}},
		{comment: "operands that begin at odd addresses", dot: true, flags: []string{"unaligned"},
			before: func(d draw, p call) { p.offsets = [3]int{1 + d.below(7), 1 + d.below(7), 1 + d.below(7)} }},
		{comment: "a matrix that is a vector", flags: []string{"vector"}, before: func(d draw, p call) {
			p.m = 1
			if !p.vectors && d.below(2) == 0 {
				p.m, p.n = p.n, 1
			}
		}},
	}
}

const uniform, integers, cancelling, midpoints = "uniform", "integers", "cancelling pairs", "fma midpoints"

// pattern returns the pattern of package gen of that name.
func pattern[T gen.Float](name string) gen.Pattern[T] {
	for _, p := range gen.Tame[T]() {
		if p.Name == name {
			return p
		}
	}
	panic("vectors: no pattern " + name)
}
