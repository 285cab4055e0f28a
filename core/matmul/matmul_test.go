package matmul_test

import (
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// tb is implemented by *testing.T and *rapid.T.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Cleanup(func())
}

// A call is the arguments of Gemm32 or Gemm64.
type call[T float32 | float64] struct {
	transA, transB bool
	m, n, k        int
	alpha, beta    T
	a, b, c        []T
	lda, ldb, ldc  int
	threads        int
}

func (g call[T]) String() string {
	return fmt.Sprintf("%T transA=%t transB=%t m=%d n=%d k=%d alpha=%v beta=%v lda=%d ldb=%d ldc=%d threads=%d",
		g.alpha, g.transA, g.transB, g.m, g.n, g.k, g.alpha, g.beta, g.lda, g.ldb, g.ldc, g.threads)
}

// run computes the product into c.
func (g call[T]) run(set *simd.Set, c []T) {
	switch a := any(g.a).(type) {
	case []float32:
		matmul.Gemm32(set, g.transA, g.transB, g.m, g.n, g.k, float32(g.alpha), a, g.lda, any(g.b).([]float32), g.ldb, float32(g.beta), any(c).([]float32), g.ldc, g.threads)
	case []float64:
		matmul.Gemm64(set, g.transA, g.transB, g.m, g.n, g.k, float64(g.alpha), a, g.lda, any(g.b).([]float64), g.ldb, float64(g.beta), any(c).([]float64), g.ldc, g.threads)
	}
}

// want returns the C of the reference implementation.
func (g call[T]) want() []T {
	c := slices.Clone(g.c)
	reference.Gemm(g.transA, g.transB, g.m, g.n, g.k, g.alpha, g.a, g.lda, g.b, g.ldb, g.beta, c, g.ldc)
	return c
}

// check fails the test unless the kernels compute want, bit for bit, and leave A, B and
// the padding of C unchanged. Where the system allows, inaccessible memory follows the
// operands.
func (g call[T]) check(t tb, set *simd.Set, want []T) {
	t.Helper()
	c := guarded[T](t, len(g.c))
	copy(c, g.c)
	a, b := slices.Clone(g.a), slices.Clone(g.b)
	g.run(set, c)
	for _, m := range []struct {
		name      string
		got, want []T
	}{{"C", c, want}, {"A", g.a, a}, {"B", g.b, b}} {
		for i := range m.want {
			if !same(m.got[i], m.want[i]) {
				t.Fatalf("%s %v: element %d of %s is %v (%#x), want %v (%#x)", set.Name, g, i, m.name,
					m.got[i], bits(m.got[i]), m.want[i], bits(m.want[i]))
			}
		}
	}
}

func bits[T float32 | float64](x T) uint64 {
	if f, ok := any(x).(float32); ok {
		return uint64(math.Float32bits(f))
	}
	return math.Float64bits(float64(x))
}

func same[T float32 | float64](x, y T) bool { return bits(x) == bits(y) || x != x && y != y }

// operand returns a matrix whose padding is NaN. Its elements are such that adding them in
// another order would change bits; on average special of 64 elements are special numbers.
func operand[T float32 | float64](t tb, rows, cols, ld int, seed, special uint64) []T {
	if rows == 0 {
		return nil
	}
	specials := []T{0, T(math.Copysign(0, -1)), 1, -1, T(math.Inf(1)), T(math.Inf(-1)), T(math.NaN()), 0x1p-149, -0x1p-126, 0x1.fffffep+127, 0x1p-75}
	s := guarded[T](t, (rows-1)*ld+cols)
	for i := range s {
		seed = seed*6364136223846793005 + 1442695040888963407
		r := seed >> 33
		switch {
		case i%ld >= cols:
			s[i] = T(math.NaN())
		case r%64 < special:
			s[i] = specials[r/64%uint64(len(specials))]
		default:
			s[i] = T(int64(seed)) * 0x1p-63
		}
	}
	return s
}

// colliding is a padding that makes all rows begin in the same set of the cache.
const colliding = -1

// leading returns the leading dimension for rows of cols elements with some padding.
func leading(cols, pad int) int {
	if pad == colliding {
		return 1024
	}
	return max(1, cols+pad)
}

// fill draws the operands of the call, whose rows are padded by the given numbers.
func (g *call[T]) fill(t tb, seed, special uint64, padA, padB, padC int) {
	dims := func(trans bool, rows, cols int) (int, int) {
		if trans {
			return cols, rows
		}
		return rows, cols
	}
	rows, cols := dims(g.transA, g.m, g.k)
	g.lda = leading(cols, padA)
	g.a = operand[T](t, rows, cols, g.lda, seed, special)
	rows, cols = dims(g.transB, g.k, g.n)
	g.ldb = leading(cols, padB)
	g.b = operand[T](t, rows, cols, g.ldb, seed+1, special)
	g.ldc = leading(g.n, padC)
	g.c = operand[T](t, g.m, g.n, g.ldc, seed+2, special)
	if g.beta == 0 {
		for i := range g.c {
			g.c[i] = T(math.NaN())
		}
	}
}

var threadCounts = []int{1, 2, 3, 7, 16}

// Products equal the definition bit for bit: all transposes, odd shapes, leading
// dimensions, factors and special values, with every set of kernels.
func TestGemmEqualsDefinition(t *testing.T) {
	for _, set := range simd.Available() {
		t.Run(set.Name+"/float32", func(t *testing.T) { equalsDefinition[float32](t, set) })
		t.Run(set.Name+"/float64", func(t *testing.T) { equalsDefinition[float64](t, set) })
	}
}

func equalsDefinition[T float32 | float64](t *testing.T, set *simd.Set) {
	debug.SetPanicOnFault(true)
	law.Property{Check: func(r *rapid.T, _ *law.Labels) {
		size := rapid.SampledFrom([]int{1, 2, 3, 0, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 25, 28, 29, 31, 32, 33, 43, 63, 64, 65, 70})
		pad := rapid.SampledFrom([]int{0, 1, 7, 16, colliding})
		factor := rapid.SampledFrom([]T{1, 0, -1, T(math.Copysign(0, -1)), 0.7, T(math.NaN()), T(math.Inf(1))})
		g := call[T]{
			transA: rapid.Bool().Draw(r, "transA"), transB: rapid.Bool().Draw(r, "transB"),
			m: size.Draw(r, "m"), n: size.Draw(r, "n"), k: size.Draw(r, "k"),
			alpha: factor.Draw(r, "alpha"), beta: factor.Draw(r, "beta"),
			threads: rapid.SampledFrom(threadCounts).Draw(r, "threads"),
		}
		special := rapid.SampledFrom([]uint64{0, 1, 8}).Draw(r, "specials of 64")
		g.fill(r, rapid.Uint64().Draw(r, "seed"), special, pad.Draw(r, "padA"), pad.Draw(r, "padB"), pad.Draw(r, "padC"))
		g.check(r, set, g.want())
	}}.Test(t)
}

// Sizes just beyond the limits of tiles, blocks and threads.
func TestGemmLarge(t *testing.T) {
	sizes := []shape{{128, 128, 129}, {57, 70, 530}, {450, 33, 257}, {3, 2113, 400}, {1, 2100, 1030}, {400, 1, 1101}, {99, 190, 700}, {310, 300, 140}}
	if testing.Short() {
		sizes = sizes[1:3] // one thread, and two
	}
	for i, s := range sizes {
		t.Run(s.String(), func(t *testing.T) {
			large[float32](t, s, uint64(i))
			large[float64](t, s, uint64(i))
		})
	}
}

func large[T float32 | float64](t *testing.T, s shape, seed uint64) {
	for i, factors := range [][2]T{{1, 0}, {1, 1}, {-0.3, 0}, {1, 1.1}} {
		g := call[T]{transA: i&1 == 1, transB: i&2 == 2, m: s.m, n: s.n, k: s.k, alpha: factors[0], beta: factors[1]}
		g.fill(t, seed, uint64(i%2), i, 2*i, 3*i)
		want := g.want()
		for _, set := range simd.Available() {
			for _, g.threads = range threadCounts {
				if set.Name == "generic" && g.threads != threadCounts[(i+int(seed))%len(threadCounts)] {
					continue // the kernels are slow, and the work is divided by the same code
				}
				g.check(t, set, want)
			}
		}
	}
}

// The sizes of blocks change no bit, however small: blocks of one tile, or a few terms,
// with operands packed or in place.
func TestGemmBlockSizes(t *testing.T) {
	for _, set := range simd.Available() {
		for i, inPlace := range []int{0, 1 << 30} {
			small := *set
			small.Blocks.Rows, small.Blocks.Depth, small.Blocks.Cols = 1, 5+i, 3*set.Gemm64.Cols
			small.Blocks.InPlaceBytes = inPlace
			blockSizes[float32](t, &small)
			small.Blocks.ABytes = 1
			blockSizes[float64](t, &small)
		}
	}
}

func blockSizes[T float32 | float64](t *testing.T, set *simd.Set) {
	for i, s := range []shape{{57, 70, 23}, {31, 129, 12}, {130, 33, 6}} {
		g := call[T]{transA: i == 1, transB: i == 2, m: s.m, n: s.n, k: s.k, alpha: 1, beta: T(i), threads: 1 + i}
		g.fill(t, uint64(i), 1, 0, 1, colliding)
		g.check(t, set, g.want())
	}
}

// With alpha = 0 or k = 0 neither A nor B is read. Slices may be empty where a matrix is.
func TestGemmReadsNothing(t *testing.T) {
	nan := float32(math.NaN())
	for _, set := range simd.Available() {
		c := []float32{1, nan, 3, 4}
		matmul.Gemm32(set, false, false, 2, 2, 0, 1, []float32{nan}, 1, nil, 2, 0, c, 2, 1) // gonum wants one element of A
		if !slices.Equal(c, make([]float32, 4)) {
			t.Errorf("%s: beta = 0 and no terms leave %v", set.Name, c)
		}
		c = []float32{1, 2, 3, 4}
		matmul.Gemm32(set, false, false, 2, 2, 2, 0, []float32{nan, nan, nan, nan}, 2, []float32{nan, nan, nan, nan}, 2, 2, c, 2, 1)
		if !slices.Equal(c, []float32{2, 4, 6, 8}) {
			t.Errorf("%s: alpha = 0 and beta = 2 leave %v", set.Name, c)
		}
		matmul.Gemm32(set, true, true, 0, 3, 2, 1, nil, 1, make([]float32, 6), 2, 0, nil, 3, 1)
		matmul.Gemm64(set, true, true, 3, 0, 2, 1, make([]float64, 6), 3, nil, 2, 0, nil, 1, 1)
	}
}

// Concurrent callers do not interfere.
func TestGemmConcurrent(t *testing.T) {
	const callers = 8
	times := 20
	if testing.Short() {
		times = 2
	}
	var group sync.WaitGroup
	for i := range callers {
		g := call[float32]{transA: i&1 == 1, transB: i&2 == 2, m: 90 + i, n: 140, k: 260 - i, alpha: 1, beta: 1, threads: 1 + i%3}
		g.fill(t, uint64(i), 0, 0, 0, 0)
		want := g.want()
		group.Go(func() {
			for range times {
				c := slices.Clone(g.c)
				g.run(simd.Detect(), c)
				if !slices.Equal(c, want) {
					t.Errorf("%v: another result with concurrent callers", g)
					return
				}
			}
		})
	}
	group.Wait()
}
