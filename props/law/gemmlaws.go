package law

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// property makes a property of a product drawn from patterns.
func property[T float32 | float64](name string, patterns []gen.Pattern[T], wild bool, check func(t *rapid.T, p GemmCall[T])) Property {
	return Property{Name: name, Check: func(t *rapid.T, labels *Labels) {
		p := drawGemmCall(t, patterns, wild)
		labels.Add(p.labels()...)
		check(t, p)
	}}
}

// worst returns the largest ratio of error and bound among the elements, the number of
// elements that have a bound, and a message if an element is outside of its bound.
func (p GemmCall[T]) worst(got []T, contract Contract) (ratio float64, compared int, wrong string) {
	twin := reference.GemmTwin[T]
	if !contract.bitExact() {
		twin = reference.LooseGemmTwin[T]
	}
	exact, bound := twin(p.TransA, p.TransB, p.M, p.N, p.K, p.Alpha, p.A.Data, p.A.LD, p.B.Data, p.B.LD, p.Beta, p.C.Data, p.C.LD)
	return boundRatio(got, exact, bound, func(i int) string { return fmt.Sprintf("C[%d][%d]", i/p.N, i%p.N) })
}

func errorBound[T float32 | float64](impl Gemm[T], contract Contract) Property {
	p := property("error-bound", gen.Tame[T](), false, func(t *rapid.T, p GemmCall[T]) {
		if _, _, wrong := p.worst(p.Result(impl), contract); wrong != "" {
			t.Fatalf("error-bound: %s\ncase: %v", wrong, p.KernelCall())
		}
	})
	p.MinimumShares = map[string]float64{"finite result": 0.4}
	return p
}

// exactIntegers compares with integer arithmetic, with alpha and beta 0, 1, -1 or 2.
func exactIntegers[T float32 | float64](impl Gemm[T]) Property {
	p := property("exact-integers", gen.Exact[T](), false, func(t *rapid.T, p GemmCall[T]) {
		factors := []T{1, 0, -1, 2}
		p.Alpha = factors[rapid.IntRange(0, 3).Draw(t, "integer alpha")]
		p.Beta = factors[rapid.IntRange(0, 3).Draw(t, "integer beta")]
		want := make([]T, p.M*p.N)
		for i := range p.M {
			for j := range p.N {
				sum := int64(0)
				for l := range p.K {
					sum += int64(p.A.op(p.TransA, i, l)) * int64(p.B.op(p.TransB, l, j))
				}
				want[i*p.N+j] = T(int64(p.Alpha)*sum + int64(p.Beta)*int64(p.C.op(false, i, j)))
			}
		}
		got := p.Result(impl)
		unsigned(got) // integers have no negative zero
		p.same(t, "exact-integers", got, want)
	})
	p.MinimumShares = map[string]float64{"not square": 0.4, "padded": 0.3}
	return p
}

// unsigned turns -0 into +0.
func unsigned[T float32 | float64](x []T) {
	for i := range x {
		x[i] += 0
	}
}

// op returns element (i, j) of op(x).
func (x Matrix[T]) op(trans bool, i, j int) T {
	if trans {
		i, j = j, i
	}
	return x.Data[i*x.LD+j]
}

// oneRounding draws only sums whose bits change if a product is rounded by itself, or
// the sum twice.
func oneRounding[T float32 | float64](impl Gemm[T]) Property {
	return property("one-rounding", []gen.Pattern[T]{gen.Midpoints[T]()}, false, func(t *rapid.T, p GemmCall[T]) {
		p.Alpha, p.Beta = 1, 1
		p.same(t, "one-rounding", p.Result(impl), p.Result(reference.Gemm[T]))
	})
}

// betaZero compares the product for a C filled with NaN with that for zeros, or, if
// the implementation does not promise one result, with the bound.
func betaZero[T float32 | float64](impl Gemm[T], contract Contract) Property {
	patterns, wild := gen.Wild[T](), true
	if !contract.deterministic() {
		patterns, wild = gen.Tame[T](), false
	}
	return property("beta-zero", patterns, wild, func(t *rapid.T, p GemmCall[T]) {
		p.Beta = 0
		clear(p.C.Data)
		want := p.Result(impl)
		for i := range p.C.Data {
			p.C.Data[i] = T(math.NaN())
		}
		got := p.Result(impl)
		if contract.deterministic() {
			p.same(t, "beta-zero: C filled with NaN against C filled with zeros", got, want)
		} else if _, _, wrong := p.worst(got, contract); wrong != "" {
			t.Fatalf("beta-zero: C filled with NaN: %s\ncase: %v", wrong, p.KernelCall())
		}
	})
}

func alphaZero[T float32 | float64](impl Gemm[T], contract Contract) Property {
	return property("alpha-zero", gen.Tame[T](), false, func(t *rapid.T, p GemmCall[T]) {
		p.Alpha = 0
		for _, x := range [][]T{p.A.Data, p.B.Data} {
			for i := range x {
				x[i] = T(math.NaN())
			}
		}
		got, want := p.Result(impl), p.Result(reference.Gemm[T])
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
			p.Alpha, p.Beta = rapid.SampledFrom([]T{1, -1, 2}).Draw(t, "factor"), 0
			for _, x := range []Matrix[T]{p.A, p.B} {
				for range rapid.IntRange(0, 2).Draw(t, "how many") {
					if x.Rows > 0 && x.Cols > 0 {
						at := rapid.IntRange(0, x.Rows-1).Draw(t, "row")*x.LD + rapid.IntRange(0, x.Cols-1).Draw(t, "column")
						x.Data[at] = rapid.SampledFrom([]T{nan, inf, -inf}).Draw(t, "value")
					}
				}
			}
			labels.Add(p.labels()...)
			got, want := p.Result(impl), p.Result(reference.Gemm[T])
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
	return property("shared-operands", gen.Tame[T](), false, func(t *rapid.T, p GemmCall[T]) {
		p.M, p.N, p.TransB = p.K, p.K, p.TransA // A times itself
		p.A, _ = drawMatrix(t, "A", p.K, p.K, gen.Gap(t, "lda"), gen.Tame[T](), nil)
		p.B, p.C, p.Beta = p.A, newMatrix[T](p.K, p.K, max(1, p.K)), 0
		got := p.Result(impl)
		if contract.bitExact() {
			p.same(t, "shared-operands", got, p.Result(reference.Gemm[T]))
		} else if _, _, wrong := p.worst(got, contract); wrong != "" {
			t.Fatalf("shared-operands: %s\ncase: %v", wrong, p.KernelCall())
		}
	})
}

// rearranged returns the rows x cols matrix whose element (i, j) is that of x at
// from(i, j), at the least leading dimension.
func (x Matrix[T]) rearranged(rows, cols int, from func(i, j int) (int, int)) Matrix[T] {
	y := newMatrix[T](rows, cols, max(1, cols))
	for i := range rows {
		for j := range cols {
			fi, fj := from(i, j)
			y.Data[i*cols+j] = x.Data[fi*x.LD+fj]
		}
	}
	return y
}

func (x Matrix[T]) transpose() Matrix[T] {
	return x.rearranged(x.Cols, x.Rows, func(i, j int) (int, int) { return j, i })
}

func permuted[T float32 | float64](impl Gemm[T]) Property {
	return property("permuted", gen.Wild[T](), true, func(t *rapid.T, p GemmCall[T]) {
		rows := shift(p.M, rapid.IntRange(0, 99).Draw(t, "rows by"))
		cols := shift(p.N, rapid.IntRange(0, 99).Draw(t, "columns by"))
		q := p
		q.C = p.C.rearranged(p.M, p.N, func(i, j int) (int, int) { return rows(i), cols(j) })
		q.A = p.A.rearranged(p.A.Rows, p.A.Cols, func(i, j int) (int, int) {
			if p.TransA {
				return i, rows(j)
			}
			return rows(i), j
		})
		q.B = p.B.rearranged(p.B.Rows, p.B.Cols, func(i, j int) (int, int) {
			if p.TransB {
				return cols(i), j
			}
			return i, cols(j)
		})
		straight := p.Result(impl)
		want := make([]T, len(straight))
		for i := range p.M {
			for j := range p.N {
				want[i*p.N+j] = straight[rows(i)*p.N+cols(j)]
			}
		}
		p.same(t, "permuted", q.Result(impl), want)
	})
}

// shift returns the permutation of 0..n-1 that adds by modulo n.
func shift(n, by int) func(int) int { return func(i int) int { return (i + by) % n } }

func transposed[T float32 | float64](impl Gemm[T]) Property {
	return property("transposed", gen.Wild[T](), true, func(t *rapid.T, p GemmCall[T]) {
		want := p.Result(impl)
		q := p
		q.A, q.TransA = p.A.transpose(), !p.TransA
		p.same(t, "transposed: A stored the other way", q.Result(impl), want)
		q = p
		q.B, q.TransB = p.B.transpose(), !p.TransB
		p.same(t, "transposed: B stored the other way", q.Result(impl), want)

		if p.Alpha != 1 { // alpha goes with A
			return
		}
		q = p
		q.M, q.N, q.TransA, q.TransB = p.N, p.M, !p.TransB, !p.TransA
		q.A, q.B, q.C = p.B, p.A, p.C.transpose()
		c := Matrix[T]{p.N, p.M, max(1, p.M), q.Result(impl)}
		p.same(t, "transposed: C' = B' A'", c.transpose().Data, want)
	})
}

func scaled[T float32 | float64](impl Gemm[T]) Property {
	return property("scaled", gen.Exact[T](), false, func(t *rapid.T, p GemmCall[T]) {
		p.Beta = 0
		want := p.Result(impl)
		factor := T(math.Ldexp(1, rapid.IntRange(-20, 20).Draw(t, "exponent")))
		for i := range want {
			want[i] *= factor
		}
		p.Alpha *= factor
		p.same(t, "scaled", p.Result(impl), want)
	})
}

func split[T float32 | float64](impl Gemm[T]) Property {
	return property("split", gen.Wild[T](), true, func(t *rapid.T, p GemmCall[T]) {
		row, col := rapid.IntRange(0, p.M).Draw(t, "split of m"), rapid.IntRange(0, p.N).Draw(t, "split of n")
		got := make([]T, p.M*p.N)
		for _, r := range [][2]int{{0, row}, {row, p.M}} {
			for _, c := range [][2]int{{0, col}, {col, p.N}} {
				q := p
				q.M, q.N = r[1]-r[0], c[1]-c[0]
				if q.M == 0 || q.N == 0 {
					continue
				}
				block := func(x Matrix[T], trans bool, i, rows, j, cols int) Matrix[T] {
					if trans {
						i, rows, j, cols = j, cols, i, rows
					}
					return x.rearranged(rows, cols, func(a, b int) (int, int) { return a + i, b + j })
				}
				q.A = block(p.A, p.TransA, r[0], q.M, 0, p.K)
				q.B = block(p.B, p.TransB, 0, p.K, c[0], q.N)
				q.C = block(p.C, false, r[0], q.M, c[0], q.N)
				for i, x := range q.Result(impl) {
					got[(r[0]+i/q.N)*p.N+c[0]+i%q.N] = x
				}
			}
		}
		p.same(t, "split", got, p.Result(impl))
	})
}
