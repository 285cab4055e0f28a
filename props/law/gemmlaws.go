package law

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// property makes a property of a product drawn from patterns.
func property[T float32 | float64](name string, patterns []gen.Pattern[T], wild bool, check func(t *rapid.T, p gemmCall[T])) Property {
	return Property{Name: name, Check: func(t *rapid.T, labels *Labels) {
		p := drawGemmCall(t, patterns, wild)
		labels.Add(p.labels()...)
		check(t, p)
	}}
}

// worst returns the largest ratio of error and bound among the elements, the number of
// elements that have a bound, and a message if an element is outside of its bound.
func (p gemmCall[T]) worst(got []T, contract Contract) (ratio float64, compared int, wrong string) {
	twin := reference.GemmTwin[T]
	if !contract.bitExact() {
		twin = reference.LooseGemmTwin[T]
	}
	exact, bound := twin(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a.data, p.a.ld, p.b.data, p.b.ld, p.beta, p.c.data, p.c.ld)
	return boundRatio(got, exact, bound, func(i int) string { return fmt.Sprintf("C[%d][%d]", i/p.n, i%p.n) })
}

func errorBound[T float32 | float64](impl Gemm[T], contract Contract) Property {
	p := property("error-bound", gen.Tame[T](), false, func(t *rapid.T, p gemmCall[T]) {
		if _, _, wrong := p.worst(p.result(impl), contract); wrong != "" {
			t.Fatalf("error-bound: %s\ncase: %v", wrong, p.kernelCall())
		}
	})
	p.MinimumShares = map[string]float64{"finite result": 0.4}
	return p
}

// exactIntegers compares with integer arithmetic, with alpha and beta 0, 1, -1 or 2.
func exactIntegers[T float32 | float64](impl Gemm[T]) Property {
	p := property("exact-integers", gen.Exact[T](), false, func(t *rapid.T, p gemmCall[T]) {
		factors := []T{1, 0, -1, 2}
		p.alpha = factors[rapid.IntRange(0, 3).Draw(t, "integer alpha")]
		p.beta = factors[rapid.IntRange(0, 3).Draw(t, "integer beta")]
		want := make([]T, p.m*p.n)
		for i := range p.m {
			for j := range p.n {
				sum := int64(0)
				for l := range p.k {
					sum += int64(p.a.op(p.transA, i, l)) * int64(p.b.op(p.transB, l, j))
				}
				want[i*p.n+j] = T(int64(p.alpha)*sum + int64(p.beta)*int64(p.c.op(false, i, j)))
			}
		}
		got := p.result(impl)
		unsigned(got) // integers have no negative zero
		p.same(t, "exact-integers", got, want)
	})
	p.MinimumShares = map[string]float64{"not square": 0.5, "padded": 0.3}
	return p
}

// unsigned turns -0 into +0.
func unsigned[T float32 | float64](x []T) {
	for i := range x {
		x[i] += 0
	}
}

// op returns element (i, j) of op(x).
func (x matrix[T]) op(trans bool, i, j int) T {
	if trans {
		i, j = j, i
	}
	return x.data[i*x.ld+j]
}

// oneRounding draws only sums whose bits change if a product is rounded by itself, or
// the sum twice.
func oneRounding[T float32 | float64](impl Gemm[T]) Property {
	return property("one-rounding", []gen.Pattern[T]{gen.Midpoints[T]()}, false, func(t *rapid.T, p gemmCall[T]) {
		p.alpha, p.beta = 1, 1
		p.same(t, "one-rounding", p.result(impl), p.result(reference.Gemm[T]))
	})
}

// betaZero compares the product for a C filled with NaN with that for zeros, or, if
// the implementation does not promise one result, with the bound.
func betaZero[T float32 | float64](impl Gemm[T], contract Contract) Property {
	patterns, wild := gen.Wild[T](), true
	if !contract.deterministic() {
		patterns, wild = gen.Tame[T](), false
	}
	return property("beta-zero", patterns, wild, func(t *rapid.T, p gemmCall[T]) {
		p.beta = 0
		clear(p.c.data)
		want := p.result(impl)
		for i := range p.c.data {
			p.c.data[i] = T(math.NaN())
		}
		got := p.result(impl)
		if contract.deterministic() {
			p.same(t, "beta-zero: C filled with NaN against C filled with zeros", got, want)
		} else if _, _, wrong := p.worst(got, contract); wrong != "" {
			t.Fatalf("beta-zero: C filled with NaN: %s\ncase: %v", wrong, p.kernelCall())
		}
	})
}

func alphaZero[T float32 | float64](impl Gemm[T], contract Contract) Property {
	return property("alpha-zero", gen.Tame[T](), false, func(t *rapid.T, p gemmCall[T]) {
		p.alpha = 0
		for _, x := range [][]T{p.a.data, p.b.data} {
			for i := range x {
				x[i] = T(math.NaN())
			}
		}
		got, want := p.result(impl), p.result(reference.Gemm[T])
		if !contract.bitExact() {
			unsigned(got)
			unsigned(want)
		}
		p.same(t, "alpha-zero: A and B filled with NaN", got, want)
	})
}

// nonFinite compares kinds of results: NaN, +Inf, -Inf, finite. The operands are small
// integers, infinities and NaN, so that the result does not depend on the order of the sum.
func nonFinite[T float32 | float64](impl Gemm[T]) Property {
	inf, nan := T(math.Inf(1)), T(math.NaN())
	return Property{
		Name:          "non-finite",
		MinimumShares: map[string]float64{"with NaNs": 0.05, "with infinities": 0.2},
		Check: func(t *rapid.T, labels *Labels) {
			p := drawGemmCall(t, gen.Exact[T](), false)
			p.alpha, p.beta = rapid.SampledFrom([]T{1, -1, 2}).Draw(t, "factor"), 0
			for _, x := range []matrix[T]{p.a, p.b} {
				for range rapid.IntRange(0, 2).Draw(t, "how many") {
					if x.rows > 0 && x.cols > 0 {
						at := rapid.IntRange(0, x.rows-1).Draw(t, "row")*x.ld + rapid.IntRange(0, x.cols-1).Draw(t, "column")
						x.data[at] = rapid.SampledFrom([]T{nan, inf, -inf}).Draw(t, "value")
					}
				}
			}
			labels.Add(p.labels()...)
			got, want := p.result(impl), p.result(reference.Gemm[T])
			for i := range want {
				if want[i]-want[i] == 0 && got[i]-got[i] == 0 { // both finite: error-bound compares them
					got[i] = want[i]
				}
			}
			p.same(t, "non-finite", got, want)
		},
	}
}

func sharedOperands[T float32 | float64](impl Gemm[T], contract Contract) Property {
	return property("shared-operands", gen.Tame[T](), false, func(t *rapid.T, p gemmCall[T]) {
		p.m, p.n, p.transB = p.k, p.k, p.transA // A times itself
		p.a, _ = drawMatrix(t, "A", p.k, p.k, gen.Gap(t, "lda"), gen.Tame[T](), nil)
		p.b, p.c, p.beta = p.a, newMatrix[T](p.k, p.k, max(1, p.k)), 0
		got := p.result(impl)
		if contract.bitExact() {
			p.same(t, "shared-operands", got, p.result(reference.Gemm[T]))
		} else if _, _, wrong := p.worst(got, contract); wrong != "" {
			t.Fatalf("shared-operands: %s\ncase: %v", wrong, p.kernelCall())
		}
	})
}

// rearranged returns the rows x cols matrix whose element (i, j) is that of x at
// from(i, j), at the least leading dimension.
func (x matrix[T]) rearranged(rows, cols int, from func(i, j int) (int, int)) matrix[T] {
	y := newMatrix[T](rows, cols, max(1, cols))
	for i := range rows {
		for j := range cols {
			fi, fj := from(i, j)
			y.data[i*cols+j] = x.data[fi*x.ld+fj]
		}
	}
	return y
}

func (x matrix[T]) transpose() matrix[T] {
	return x.rearranged(x.cols, x.rows, func(i, j int) (int, int) { return j, i })
}

func permuted[T float32 | float64](impl Gemm[T]) Property {
	return property("permuted", gen.Wild[T](), true, func(t *rapid.T, p gemmCall[T]) {
		rows := shift(p.m, rapid.IntRange(0, 99).Draw(t, "rows by"))
		cols := shift(p.n, rapid.IntRange(0, 99).Draw(t, "columns by"))
		q := p
		q.c = p.c.rearranged(p.m, p.n, func(i, j int) (int, int) { return rows(i), cols(j) })
		q.a = p.a.rearranged(p.a.rows, p.a.cols, func(i, j int) (int, int) {
			if p.transA {
				return i, rows(j)
			}
			return rows(i), j
		})
		q.b = p.b.rearranged(p.b.rows, p.b.cols, func(i, j int) (int, int) {
			if p.transB {
				return cols(i), j
			}
			return i, cols(j)
		})
		straight := p.result(impl)
		want := make([]T, len(straight))
		for i := range p.m {
			for j := range p.n {
				want[i*p.n+j] = straight[rows(i)*p.n+cols(j)]
			}
		}
		p.same(t, "permuted", q.result(impl), want)
	})
}

// shift returns the permutation of 0..n-1 that adds by modulo n.
func shift(n, by int) func(int) int { return func(i int) int { return (i + by) % n } }

func transposed[T float32 | float64](impl Gemm[T]) Property {
	return property("transposed", gen.Wild[T](), true, func(t *rapid.T, p gemmCall[T]) {
		want := p.result(impl)
		q := p
		q.a, q.transA = p.a.transpose(), !p.transA
		p.same(t, "transposed: A stored the other way", q.result(impl), want)
		q = p
		q.b, q.transB = p.b.transpose(), !p.transB
		p.same(t, "transposed: B stored the other way", q.result(impl), want)

		if p.alpha != 1 { // alpha goes with A
			return
		}
		q = p
		q.m, q.n, q.transA, q.transB = p.n, p.m, !p.transB, !p.transA
		q.a, q.b, q.c = p.b, p.a, p.c.transpose()
		c := matrix[T]{p.n, p.m, max(1, p.m), q.result(impl)}
		p.same(t, "transposed: C' = B' A'", c.transpose().data, want)
	})
}

func scaled[T float32 | float64](impl Gemm[T]) Property {
	return property("scaled", gen.Exact[T](), false, func(t *rapid.T, p gemmCall[T]) {
		p.beta = 0
		want := p.result(impl)
		factor := T(math.Ldexp(1, rapid.IntRange(-20, 20).Draw(t, "exponent")))
		for i := range want {
			want[i] *= factor
		}
		p.alpha *= factor
		p.same(t, "scaled", p.result(impl), want)
	})
}

func split[T float32 | float64](impl Gemm[T]) Property {
	return property("split", gen.Wild[T](), true, func(t *rapid.T, p gemmCall[T]) {
		row, col := rapid.IntRange(0, p.m).Draw(t, "split of m"), rapid.IntRange(0, p.n).Draw(t, "split of n")
		got := make([]T, p.m*p.n)
		for _, r := range [][2]int{{0, row}, {row, p.m}} {
			for _, c := range [][2]int{{0, col}, {col, p.n}} {
				q := p
				q.m, q.n = r[1]-r[0], c[1]-c[0]
				if q.m == 0 || q.n == 0 {
					continue
				}
				block := func(x matrix[T], trans bool, i, rows, j, cols int) matrix[T] {
					if trans {
						i, rows, j, cols = j, cols, i, rows
					}
					return x.rearranged(rows, cols, func(a, b int) (int, int) { return a + i, b + j })
				}
				q.a = block(p.a, p.transA, r[0], q.m, 0, p.k)
				q.b = block(p.b, p.transB, 0, p.k, c[0], q.n)
				q.c = block(p.c, false, r[0], q.m, c[0], q.n)
				for i, x := range q.result(impl) {
					got[(r[0]+i/q.n)*p.n+c[0]+i%q.n] = x
				}
			}
		}
		p.same(t, "split", got, p.result(impl))
	})
}
