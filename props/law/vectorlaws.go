package law

import (
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// VectorProperties returns the laws of a routine of BLAS on vectors: those of
// [KernelUnderTest.Properties], with increments of one and more (padding is then that the
// elements between those of a vector are neither used nor changed), and, as far as they have
// a meaning for the operation,
//
//   - negative-increments: vectors stored backwards give a result within the bound;
//   - exact-integers, subnormals, beta-zero, alpha-zero, non-finite: as for products;
//   - norm-range: nrm2 is right where squares overflow or underflow;
//   - nan-index: amax returns the index of the first NaN, if there is one;
//   - open-increments: increments for which BLAS defines nothing do what netlib's loops do.
func VectorProperties[T float32 | float64](f VectorRoutine[T], o VectorOperation, contract Contract) []Property {
	all := vectorKernel(f, o, contract, positiveIncrements).Properties()[:1]
	increments := positiveIncrements
	if o.two() {
		increments = anyIncrements
		negative := vectorKernel(f, o, contract, negativeIncrements)
		all = append(all, negative.property("negative-increments", negative.checkSpecification))
	}
	all = append(all, vectorKernel(f, o, contract, increments).Properties()[1:]...)
	if o != OpNrm2 {
		all = append(all, vectorExact(f, o), vectorSubnormals(f, o))
	}
	all = append(all, vectorNonFinite(f, o))
	if o.writes() {
		all = append(all, vectorAlphaZero(f, o))
	}
	switch o {
	case OpNrm2:
		all = append(all, normRange(f))
	case OpAmax:
		all = append(all, nanIndex(f))
	case OpGemv:
		return append(all, vectorBetaZero(f, o))
	}
	return append(all, openIncrements(f, o))
}

// vectorKernel pairs a routine with its specification.
func vectorKernel[T float32 | float64](f VectorRoutine[T], o VectorOperation, contract Contract, increments []int) KernelUnderTest[VectorRoutine[T]] {
	return KernelUnderTest[VectorRoutine[T]]{
		Kernel: f, Deterministic: contract.deterministic(),
		Spec: func(c VectorCall[T], a, x, y []T) T {
			c.A.Data, c.X.Data, c.Y.Data = a, x, y
			return c.put(y, c.Specified())
		},
		Draw: func(t *rapid.T) KernelCall[VectorRoutine[T]] {
			c := DrawVectorCall[T](t, o, contract, increments)
			call := c.KernelCall()
			if !contract.bitExact() {
				call.Verify = func(after []Arg) string { return c.beyond(c.results(after)) }
			}
			return call
		},
	}
}

// DrawVectorCall draws a call as the laws do: for BitExact of all numbers, NaN and infinities
// too, otherwise of finite ones.
func DrawVectorCall[T float32 | float64](t *rapid.T, o VectorOperation, contract Contract, increments []int) VectorCall[T] {
	patterns, spikes := drawn[T](contract)
	if o == OpNrm2 && !contract.bitExact() {
		patterns = patterns[:len(patterns)-1] // without subnormal numbers, which norm-range has
	}
	return drawVectorCall(t, o, increments, patterns, spikes)
}

// put writes the elements of a result to y, or returns the only one.
func (c VectorCall[T]) put(y, result []T) T {
	if !c.Operation.writes() {
		return result[0]
	}
	for i, v := range result {
		y[c.Y.Index(i)] = v
	}
	return 0
}

// beyond returns which element is farther from the exact value than its bound, or "".
func (c VectorCall[T]) beyond(got []T) string {
	exact, bound := c.Exact()
	return verifyBound(got, exact, bound)
}

// same fails t if two results have different bits.
func (c VectorCall[T]) same(t *rapid.T, what string, got, want []T) {
	o := Numbers("result", want)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: %s\ncase: %v", what, o.show(words(got), words(want), i), c.KernelCall())
	}
}

// vectorProperty makes a property of calls that change draws from exact patterns and alters.
func vectorProperty[T float32 | float64](name string, o VectorOperation, change func(t *rapid.T, c *VectorCall[T]), check func(t *rapid.T, c VectorCall[T])) Property {
	return Property{Name: name, Check: func(t *rapid.T, labels *Labels) {
		c := drawVectorCall(t, o, positiveIncrements, gen.Exact[T](), nil)
		change(t, &c)
		labels.Add(c.labels()...)
		check(t, c)
	}}
}

// equalsSpecified compares with the specification, but for the sign of zero.
func equalsSpecified[T float32 | float64](f VectorRoutine[T], name string) func(t *rapid.T, c VectorCall[T]) {
	return func(t *rapid.T, c VectorCall[T]) {
		got, want := c.Result(f), c.Specified()
		unsigned(got)
		unsigned(want)
		c.same(t, name, got, want)
	}
}

// integerFactors draws alpha and beta 0, 1, -1 or 2.
func integerFactors[T float32 | float64](t *rapid.T, c *VectorCall[T]) {
	factors := []T{1, 0, -1, 2}
	c.Alpha = factors[rapid.IntRange(0, 3).Draw(t, "integer alpha")]
	c.Beta = factors[rapid.IntRange(0, 3).Draw(t, "integer beta")]
	if c.Operation == OpGemv && c.X.N == 0 { // netlib's leaves y without beta
		c.Beta = 1
	}
}

func vectorExact[T float32 | float64](f VectorRoutine[T], o VectorOperation) Property {
	return vectorProperty("exact-integers", o, integerFactors[T], equalsSpecified(f, "exact-integers"))
}

// vectorSubnormals makes all but one factor of each product a multiple of the least subnormal.
func vectorSubnormals[T float32 | float64](f VectorRoutine[T], o VectorOperation) Property {
	return vectorProperty("subnormals", o, func(t *rapid.T, c *VectorCall[T]) {
		integerFactors(t, c)
		for _, v := range []*Vector[T]{&c.X, &c.Y} {
			if v == &c.Y && o == OpDot {
				continue
			}
			for i := range v.Data {
				v.Data[i] *= least[T]()
			}
		}
	}, equalsSpecified(f, "subnormals"))
}

// vectorNonFinite compares kinds of results, as the law of products does. For amax, which is
// no sum, there are infinities only.
func vectorNonFinite[T float32 | float64](f VectorRoutine[T], o VectorOperation) Property {
	inf, nan := T(math.Inf(1)), T(math.NaN())
	return vectorProperty("non-finite", o, func(t *rapid.T, c *VectorCall[T]) {
		if o.writes() {
			c.Alpha, c.Beta = rapid.SampledFrom([]T{1, -1, 2}).Draw(t, "factor"), 0
		}
		special := []T{nan, inf, -inf}
		if o == OpAmax {
			special = special[1:]
		}
		read := []Vector[T]{c.X, c.Y}
		if o == OpGemv { // whose y is not read
			read[1] = Vector[T]{len(c.A.Data), 1, c.A.Data}
		}
		for _, v := range read {
			for range rapid.IntRange(0, 2).Draw(t, "how many") {
				if v.N > 0 {
					v.Data[v.Index(rapid.IntRange(0, v.N-1).Draw(t, "at"))] = rapid.SampledFrom(special).Draw(t, "value")
				}
			}
		}
	}, func(t *rapid.T, c VectorCall[T]) {
		if o == OpGemv && c.X.N == 0 {
			return
		}
		got, want := c.Result(f), c.Specified()
		for i := range want {
			if o != OpAmax && want[i]-want[i] == 0 && got[i]-got[i] == 0 { // both finite
				got[i] = want[i]
			}
		}
		c.same(t, "non-finite", got, want)
	})
}

func vectorAlphaZero[T float32 | float64](f VectorRoutine[T], o VectorOperation) Property {
	return vectorProperty("alpha-zero", o, func(t *rapid.T, c *VectorCall[T]) {
		integerFactors(t, c)
		c.Alpha = 0
		for _, x := range [][]T{c.A.Data, c.X.Data} {
			for i := range x {
				x[i] = T(math.NaN())
			}
		}
	}, func(t *rapid.T, c VectorCall[T]) {
		want := c.Y.Values()
		for i := range want {
			if o == OpGemv {
				want[i] *= c.Beta
			}
		}
		got := c.Result(f)
		unsigned(got)
		unsigned(want)
		c.same(t, "alpha-zero: A and x filled with NaN", got, want)
	})
}

func vectorBetaZero[T float32 | float64](f VectorRoutine[T], o VectorOperation) Property {
	return vectorProperty("beta-zero", o, func(t *rapid.T, c *VectorCall[T]) {
		integerFactors(t, c)
		c.Beta = 0
		for i := range c.Y.Data {
			c.Y.Data[i] = T(math.NaN())
		}
	}, func(t *rapid.T, c VectorCall[T]) {
		if c.X.N > 0 {
			equalsSpecified(f, "beta-zero: y filled with NaN")(t, c)
		}
	})
}

// normRange draws elements of one or two magnitudes, whose squares overflow or underflow, and
// norms that do not overflow.
func normRange[T float32 | float64](f VectorRoutine[T]) Property {
	low, high := math.Ilogb(float64(least[T]())), 118
	if low < -1000 {
		high = 1014
	}
	return vectorProperty("norm-range", OpNrm2, func(t *rapid.T, c *VectorCall[T]) {
		magnitudes := rapid.SliceOfN(rapid.IntRange(low, high), 1, 2).Draw(t, "magnitudes")
		for i := range c.X.N {
			at := c.X.Index(i)
			c.X.Data[at] = T(math.Ldexp(float64(c.X.Data[at]), magnitudes[i%len(magnitudes)]))
		}
	}, func(t *rapid.T, c VectorCall[T]) {
		exact, bound := c.NormRange()
		if wrong := verifyBound(c.Result(f), exact, bound); wrong != "" {
			t.Fatalf("norm-range: %s\ncase: %v", wrong, c.KernelCall())
		}
	})
}

func nanIndex[T float32 | float64](f VectorRoutine[T]) Property {
	return vectorProperty("nan-index", OpAmax, func(t *rapid.T, c *VectorCall[T]) {
		for range rapid.IntRange(0, 2).Draw(t, "how many") {
			if c.N > 0 {
				c.X.Data[c.X.Index(rapid.IntRange(0, c.N-1).Draw(t, "at"))] = T(math.NaN())
			}
		}
	}, equalsSpecified(f, "nan-index"))
}

// openIncrements: an increment of zero reads one element, or adds to it, n times; asum and
// amax return zero for increments below one, and nrm2, since LAPACK 3.10, the norm.
func openIncrements[T float32 | float64](f VectorRoutine[T], o VectorOperation) Property {
	return Property{Name: "open-increments", Check: func(t *rapid.T, labels *Labels) {
		increments := []int{0, -1, -2}
		if o.two() {
			increments = []int{0, 1}
		}
		c := drawVectorCall(t, o, increments, gen.Exact[T](), nil)
		integerFactors(t, &c)
		labels.Add(c.labels()...)
		if c.N == 0 {
			return
		}
		got := c.Result(f)
		if o == OpNrm2 {
			if wrong := c.beyond(got); wrong != "" {
				t.Fatalf("open-increments: %s\ncase: %v", wrong, c.KernelCall())
			}
			return
		}
		want := c.Netlib()
		unsigned(got)
		unsigned(want)
		c.same(t, "open-increments", got, want)
	}}
}

// Netlib returns what netlib's loops return for small integers and any increments: an axpy
// that adds to one element again and again, and 0 of asum and amax for increments below one.
func (c VectorCall[T]) Netlib() []T {
	switch {
	case c.Operation == OpAxpy && c.Y.Inc == 0:
		sum := c.Y.Data[0]
		for _, x := range c.X.Values() {
			sum += T(c.Alpha * x)
		}
		return slices.Repeat([]T{sum}, c.N)
	case !c.Operation.two() && c.X.Inc < 1:
		return []T{0}
	}
	return c.Specified()
}

// VectorThreadCountProperty returns the law that the number of threads changes no bit of the
// result, for vectors long enough for several threads. impl returns the routine that uses that
// many.
func VectorThreadCountProperty[T float32 | float64](impl func(threads int) VectorRoutine[T], o VectorOperation) Property {
	return Property{Name: "thread-count", Check: func(t *rapid.T, labels *Labels) {
		c := VectorCall[T]{Operation: o, M: 1, N: rapid.IntRange(10000, 20000).Draw(t, "n"), Alpha: 1}
		if o == OpGemv {
			c.M, c.N, c.TransA = rapid.IntRange(90, 140).Draw(t, "m"), rapid.IntRange(90, 140).Draw(t, "columns"), rapid.Bool().Draw(t, "transA")
			c.A = Matrix[T]{c.M, c.N, c.N, repeated[T](t, "A", c.M*c.N)}
		}
		c.X = Vector[T]{c.depth(), 1, repeated[T](t, "x", c.depth())}
		if o.two() {
			c.Y = Vector[T]{c.rows(), 1, repeated[T](t, "y", c.rows())}
		}
		want := c.Result(impl(1))
		for _, threads := range Threads[1:] {
			c.same(t, fmt.Sprintf("%d threads against one", threads), c.Result(impl(threads)), want)
		}
	}}
}

// repeated returns n elements that repeat a short period of numbers on [-1, 1], so that a
// counterexample can be written down.
func repeated[T float32 | float64](t *rapid.T, label string, n int) []T {
	const period = 61
	x, _ := gen.Matrix(t, label, 1, period, []gen.Pattern[T]{gen.Uniform[T]()}, nil)
	return slices.Repeat(x, n/period+1)[:n]
}
