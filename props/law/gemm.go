package law

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/reference"
)

// Gemm computes C = alpha op(A) op(B) + beta C of row-major matrices, op(A)
// being m x k and op(B) k x n. A matrix X is given as a slice and its leading
// dimension; op(X) is X or, if its flag is set, the transpose of X. The defined
// result is that of reference.Gemm.
type Gemm[T float32 | float64] func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

// A Contract is what an implementation promises: BitExact, WithinBound, or
// WithinBound|Deterministic.
type Contract int

// The promises.
const (
	// BitExact promises the bits of the specification, on all numbers.
	BitExact Contract = 0
	// WithinBound promises finite results within a proven error bound that holds for any
	// order of summation (for Gemm that of reference.LooseGemmTwin), and NaN and infinities
	// where exact arithmetic has them.
	WithinBound Contract = 1
	// Deterministic, in addition to WithinBound, promises that the same operands give the
	// same bits at any address, after any other call and during any concurrent call.
	// BitExact implies it.
	Deterministic Contract = 2
	// Sixteens, in addition to another, restricts the promise of functions of the elements of a
	// vector to lengths that are multiples of sixteen.
	Sixteens Contract = 4
)

// length draws the length of a vector for which the promise is made.
func (c Contract) length(t *rapid.T, least int) int {
	if c&Sixteens != 0 {
		return 16 * rapid.IntRange((least+15)/16, 5).Draw(t, "vectors")
	}
	return gen.Size(t, "n", least, 80, borders...)
}

// bitExact reports whether the bits of the specification are promised.
func (c Contract) bitExact() bool { return c&WithinBound == 0 }

// deterministic reports whether equal operands are promised to give equal bits.
func (c Contract) deterministic() bool { return c.bitExact() || c&Deterministic != 0 }

// CheckGemm32 runs the laws of a product of float32 matrices, [GemmProperties], as
// subtests.
func CheckGemm32(t *testing.T, impl Gemm[float32], contract Contract) {
	t.Helper()
	Run(t, GemmProperties(impl, contract))
}

// CheckGemm64 runs the laws of a product of float64 matrices, [GemmProperties], as
// subtests.
func CheckGemm64(t *testing.T, impl Gemm[float64], contract Contract) {
	t.Helper()
	Run(t, GemmProperties(impl, contract))
}

// Threads are the thread counts that [ThreadCountProperty] tries.
var Threads = []int{1, 2, 3, 7, 16}

// ThreadCountProperty returns the law that the number of threads changes no bit: for
// BitExact on all numbers, otherwise on finite ones. impl returns the product that uses
// that many threads. A library uses fewer threads than it may for a small product: one case
// in sixteen is so large that it has work for sixteen, and tries only that many.
func ThreadCountProperty[T float32 | float64](impl func(threads int) Gemm[T], contract Contract) Property {
	return Property{Name: "thread-count", MinimumShares: map[string]float64{"large": 0.25, "work for sixteen threads": 0.05}, Check: func(t *rapid.T, labels *Labels) {
		patterns, wild := gen.Tame[T](), false
		if contract.bitExact() {
			patterns, wild = gen.Wild[T](), true
		}
		counts := Threads[1:]
		var p GemmCall[T]
		if rapid.IntRange(0, 15).Draw(t, "very large") == 15 {
			counts = Threads[len(Threads)-1:]
			p.M, p.N = gen.Size(t, "m", threadBorder, 2*threadBorder+1, threadBorder), gen.Size(t, "n", threadBorder, 2*threadBorder+1, threadBorder)
			p.K = (sixteenThreads+p.M*p.N-1)/(p.M*p.N) + gen.Size(t, "k", 0, 40, 8)
			p.fill(t, patterns, wild, false)
		} else {
			p = drawGemmCall(t, patterns, wild, threadBorder)
		}
		labels.If(p.M*p.N*p.K >= 2*threadBorder*threadBorder*threadBorder, "large")
		labels.If(p.M*p.N*p.K >= sixteenThreads, "work for sixteen threads")
		want := p.Result(impl(1))
		for _, threads := range counts {
			p.Same(t, fmt.Sprintf("%d threads against one", threads), p.Result(impl(threads)), want)
		}
	}}
}

// threadBorder is a size of matrices from which several threads are faster than one, and
// sixteenThreads the number of products of two elements from which sixteen are.
const (
	threadBorder   = 128
	sixteenThreads = 3 << 23
)

// GemmProperties returns the laws of a product: those of [KernelUnderTest.Properties] and,
// for every contract,
//
//   - error-bound: finite data agree with exact arithmetic within the bound;
//   - exact-integers: small integers are exact, in any order of the sum;
//   - subnormals: subnormal operands and results are not taken for zero;
//   - beta-zero: with beta = 0, C is not read, even where it is NaN;
//   - alpha-zero: with alpha = 0, neither A nor B is read;
//   - non-finite: NaN and Inf reach exactly the elements they must, and none is
//     dropped by skipping a zero;
//   - shared-operands: A and B may be the same matrix;
//
// and, for BitExact only, the laws of [ReproducibilityProperties], on all numbers.
func GemmProperties[T float32 | float64](impl Gemm[T], contract Contract) []Property {
	u := KernelUnderTest[Gemm[T]]{
		Kernel: impl,
		Spec:   reference.Gemm[T],
		Draw: func(t *rapid.T) KernelCall[Gemm[T]] {
			p := DrawGemmCall[T](t, contract)
			call := p.KernelCall()
			if !contract.bitExact() {
				call.Verify = func(after []Arg) string {
					_, _, wrong := p.worst(p.unpadded(View[T](after[2])), contract)
					return wrong
				}
			}
			return call
		},
		Deterministic: contract.deterministic(),
		MinimumShares: gemmShares,
	}
	all := append(u.Properties(),
		errorBound(impl, contract), exactIntegers(impl), subnormals(impl), betaZero(impl, contract), alphaZero(impl, contract), nonFinite(impl), sharedOperands(impl, contract))
	if contract.bitExact() {
		all = append(all, reproducibility(impl, gen.Wild[T](), true)...)
	}
	return all
}

// gemmShares are the smallest shares of drawn calls that are of each kind.
var gemmShares = map[string]float64{"empty": 0.15, "k = 0": 0.08, "beta = 0": 0.08, "alpha = 0": 0.08, "transA": 0.2, "transB": 0.2,
	"not square": 0.4, "padded": 0.3, "contiguous vector": 0.08, "finite result": 0.15}

// A GemmCall is a drawn call of a [Gemm]: C = Alpha op(A) op(B) + Beta C, where op(A) is
// M x K and op(B) K x N.
type GemmCall[T float32 | float64] struct {
	TransA, TransB bool
	M, N, K        int
	Alpha, Beta    T
	A, B, C        Matrix[T] // as stored: A is K x M if TransA is set
	patterns       []string
}

// A Matrix is stored in rows of LD elements, of which the first Cols take part.
type Matrix[T float32 | float64] struct {
	Rows, Cols, LD int
	Data           []T // (Rows-1) LD + Cols elements, the least that BLAS allows
}

// DrawGemmCall draws a call as the laws of products do: for BitExact of all numbers, NaN
// and infinities too, otherwise of finite ones. A law of your own starts from it:
//
//	law.Property{Name: "mine", Check: func(t *rapid.T, _ *law.Labels) {
//		p := law.DrawGemmCall[float32](t, law.WithinBound)
//		c := p.Result(impl) // M x N, row after row
//		...
func DrawGemmCall[T float32 | float64](t *rapid.T, contract Contract) GemmCall[T] {
	if contract.bitExact() {
		return drawGemmCall(t, gen.Wild[T](), true)
	}
	return drawGemmCall(t, gen.Tame[T](), false)
}

func newMatrix[T float32 | float64](rows, cols, ld int) Matrix[T] {
	if rows == 0 {
		return Matrix[T]{rows, cols, ld, nil}
	}
	return Matrix[T]{rows, cols, ld, make([]T, (rows-1)*ld+cols)}
}

// drawMatrix draws a matrix with that gap between its rows, and returns it and the name of
// its pattern.
func drawMatrix[T float32 | float64](t *rapid.T, name string, rows, cols, gap int, patterns []gen.Pattern[T], spikes []T) (Matrix[T], string) {
	x := newMatrix[T](rows, cols, max(1, cols)+gap)
	elements, pattern := gen.Matrix(t, name, rows, cols, patterns, spikes)
	for i := range rows {
		for j := range cols {
			x.Data[i*x.LD+j] = elements[i*cols+j]
		}
	}
	return x, name + ": " + pattern
}

// borders of vectors and register tiles, in rows and columns.
var borders = []int{4, 6, 8, 16, 32}

// drawGemmCall draws a call whose matrices have one of the patterns each; if wild is set,
// with special numbers and factors too. Sizes come near the borders of vectors and tiles,
// and of the one given, which in half of the cases all sizes are beyond. One case in eight
// multiplies by a contiguous vector, which libraries treat apart, and one in five has square
// matrices, in which rows are easily taken for columns.
func drawGemmCall[T float32 | float64](t *rapid.T, patterns []gen.Pattern[T], wild bool, more ...int) GemmCall[T] {
	round := append(append([]int{}, borders...), more...)
	least, most := 0, 50
	if len(more) > 0 {
		most = 2*more[0] + 1
		if rapid.Bool().Draw(t, "large") {
			least = more[0] + more[0]/3 // the product of three is worth two of that border
		}
	}
	p := GemmCall[T]{
		M: gen.Size(t, "m", least, most, round...),
		N: gen.Size(t, "n", least, most, round...),
		K: gen.Size(t, "k", least, most, round...),
	}
	contiguous := false
	if len(more) == 0 {
		switch rapid.IntRange(0, 15).Draw(t, "kind of shape") {
		case 11:
			p.M = p.K
		case 12:
			p.N = p.K
		case 13:
			p.M, p.N = p.K, p.K
		case 14:
			p.M, contiguous = 1, true
		case 15:
			p.N, contiguous = 1, true
		}
	}
	p.fill(t, patterns, wild, contiguous)
	return p
}

// fill draws everything but the sizes of a call: without gaps between rows if contiguous is
// set.
func (p *GemmCall[T]) fill(t *rapid.T, patterns []gen.Pattern[T], wild, contiguous bool) {
	p.TransA, p.TransB = rapid.Bool().Draw(t, "transA"), rapid.Bool().Draw(t, "transB")
	p.Alpha, p.Beta = gen.Scalar[T](t, "alpha", wild), gen.Scalar[T](t, "beta", wild)
	var spikes []T
	if wild {
		spikes = gen.Spikes[T]()
	}
	draw := func(name string, trans bool, rows, cols int) Matrix[T] {
		if trans {
			rows, cols = cols, rows
		}
		gap := 0
		if !contiguous {
			gap = gen.Gap(t, "ld"+name)
		}
		x, pattern := drawMatrix(t, name, rows, cols, gap, patterns, spikes)
		p.patterns = append(p.patterns, pattern)
		return x
	}
	p.A, p.B, p.C = draw("A", p.TransA, p.M, p.K), draw("B", p.TransB, p.K, p.N), draw("C", false, p.M, p.N)
}

// KernelCall returns the product as a call with operands in memory.
func (p GemmCall[T]) KernelCall() KernelCall[Gemm[T]] {
	return KernelCall[Gemm[T]]{
		Case:     p.String(),
		Operands: []Operand{p.A.operand("A"), p.B.operand("B"), p.C.operand("C").Written()},
		Labels:   p.labels(),
		Call: func(f Gemm[T], args []Arg) {
			f(p.TransA, p.TransB, p.M, p.N, p.K, p.Alpha, View[T](args[0]), p.A.LD, View[T](args[1]), p.B.LD, p.Beta, View[T](args[2]), p.C.LD)
		},
	}
}

func (x Matrix[T]) operand(name string) Operand {
	return Numbers(name, x.Data).Rows(x.LD, x.Cols)
}

func (p GemmCall[T]) String() string {
	return fmt.Sprintf("m %d, n %d, k %d, transA %v, transB %v, alpha %v, beta %v, lda %d, ldb %d, ldc %d, %v",
		p.M, p.N, p.K, p.TransA, p.TransB, p.Alpha, p.Beta, p.A.LD, p.B.LD, p.C.LD, p.patterns)
}

// labels returns the kinds of case that the call belongs to.
func (p GemmCall[T]) labels() []string {
	var l []string
	add := func(condition bool, name string) {
		if condition {
			l = append(l, name)
		}
	}
	add(p.M == 0 || p.N == 0, "empty")
	add(p.K == 0, "k = 0")
	add(p.Alpha == 0, "alpha = 0")
	add(p.Beta == 0, "beta = 0")
	add(p.TransA, "transA")
	add(p.TransB, "transB")
	add(p.M != p.N && p.N != p.K, "not square")
	add(p.A.LD > p.A.Cols && p.B.LD > p.B.Cols, "padded")
	add(p.M == 1 && p.A.LD == max(1, p.A.Cols) || p.N == 1 && p.B.LD == max(1, p.B.Cols), "contiguous vector")
	add(p.N%16 != 0, "tail of columns")
	in := gen.Classify(append(append(append([]T{}, p.A.Data...), p.B.Data...), p.C.Data...)...)
	for _, name := range in.Names() {
		l = append(l, "with "+name)
	}
	add(p.M > 0 && p.N > 0 && gen.Classify(p.Result(reference.Gemm[T])...)&(gen.NaNs|gen.Infinities) == 0, "finite result")
	return l
}

// Result returns C after a call of f: M x N, without gaps between the rows. The drawn C
// stays as it is.
func (p GemmCall[T]) Result(f Gemm[T]) []T {
	c := append([]T(nil), p.C.Data...)
	isolated(func() {
		f(p.TransA, p.TransB, p.M, p.N, p.K, p.Alpha, p.A.Data, p.A.LD, p.B.Data, p.B.LD, p.Beta, c, p.C.LD)
	})
	return p.unpadded(c)
}

// unpadded returns the rows of C without the gaps between them.
func (p GemmCall[T]) unpadded(c []T) []T {
	out := make([]T, 0, p.M*p.N)
	for i := range p.M {
		if p.N > 0 {
			out = append(out, c[i*p.C.LD:][:p.N]...)
		}
	}
	return out
}

// Same fails t if two results, which have no padding, have different bits.
func (p GemmCall[T]) Same(t *rapid.T, what string, got, want []T) {
	o := Numbers("C", want).Rows(max(1, p.N), p.N)
	if i := o.differ(words(got), words(want)); i >= 0 {
		t.Fatalf("%s: %s\ncase: %v", what, o.show(words(got), words(want), i), p.KernelCall())
	}
}
