package law

import (
	"fmt"
	"math"
	"slices"

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
		p.Same(t, "exact-integers", got, want)
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
			p.Same(t, "beta-zero: C filled with NaN against C filled with zeros", got, want)
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
		p.Same(t, "alpha-zero: A and B filled with NaN", got, want)
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
			p.Same(t, "non-finite", got, want)
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
			p.Same(t, "shared-operands", got, p.Result(reference.Gemm[T]))
		} else if _, _, wrong := p.worst(got, contract); wrong != "" {
			t.Fatalf("shared-operands: %s\ncase: %v", wrong, p.KernelCall())
		}
	})
}

// subnormals compares products of small integers and multiples of the least subnormal,
// which are exact in any order, unless subnormal operands or results are taken for zero.
func subnormals[T float32 | float64](impl Gemm[T]) Property {
	p := property("subnormals", gen.Exact[T](), false, func(t *rapid.T, p GemmCall[T]) {
		p.Alpha, p.Beta = 1, rapid.SampledFrom([]T{0, 1}).Draw(t, "zero or one")
		least := least[T]()
		for _, x := range []*Matrix[T]{&p.B, &p.C} {
			x.Data = slices.Clone(x.Data)
			for i := range x.Data {
				x.Data[i] *= least
			}
		}
		got, want := p.Result(impl), p.Result(reference.Gemm[T])
		unsigned(got)
		unsigned(want)
		p.Same(t, "subnormals", got, want)
	})
	p.MinimumShares = map[string]float64{"not square": 0.4}
	return p
}

// least returns the least positive number.
func least[T float32 | float64]() T {
	if _, ok := any(T(0)).(float32); ok {
		return T(math.SmallestNonzeroFloat32)
	}
	smallest := math.SmallestNonzeroFloat64
	return T(smallest)
}
