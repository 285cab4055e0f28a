package check_test

import (
	"flag"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

type gemm = law.Gemm[float32]

// naive is the specification.
var naive gemm = reference.Gemm[float32]

// A call is the arguments of a Gemm.
type call struct {
	transA, transB bool
	m, n, k        int
	alpha          float32
	a              []float32
	lda            int
	b              []float32
	ldb            int
	beta           float32
	c              []float32
	ldc            int
}

func (p call) run() {
	naive(p.transA, p.transB, p.m, p.n, p.k, p.alpha, p.a, p.lda, p.b, p.ldb, p.beta, p.c, p.ldc)
}

// broken is the specification with something done to the call, or instead of it.
func broken(do func(p call)) gemm {
	return func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		do(call{transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc})
	}
}

// beyond reads or writes element i of a slice whatever its length, as assembly does.
//
//go:nocheckptr
func beyond(s []float32, i int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), 4*i))
}

// read keeps a value, so that the compiler does not drop the access.
var read float32

// stale is what a broken implementation keeps from call to call.
var stale atomic.Uint64

// calls counts them.
var calls atomic.Uint64

// faults are the errors of the catalogue that a Gemm can have, each with the law
// that must catch it.
var faults = []struct {
	name string
	law  string
	gemm gemm
}{
	{"F1: one element past A where k is no multiple of 4", "guard-after", broken(func(p call) {
		if p.m > 0 && p.n > 0 && p.k%4 != 0 {
			read = *beyond(p.a, len(p.a))
		}
		p.run()
	})},
	{"F1: one element before B", "guard-before", broken(func(p call) {
		if len(p.b) > 0 {
			read = *beyond(p.b, -1)
		}
		p.run()
	})},
	{"F3: zeros past the last column", "equals-specification", broken(func(p call) {
		p.run()
		for i := 0; i < p.m-1 && p.n < p.ldc && p.n > 0; i++ {
			p.c[i*p.ldc+p.n] = 0
		}
	})},
	{"padding of B counts", "padding", broken(func(p call) {
		p.run()
		if p.m > 0 && p.n > 0 && p.k > 1 && !p.transB && p.n < p.ldb {
			p.c[0] += 0 * p.b[p.n]
		}
	})},
	{"F4: k = 0 leaves C alone", "equals-specification", broken(func(p call) {
		if p.k > 0 {
			p.run()
		}
	})},
	{"F5: beta = 0 multiplies", "beta-zero", broken(func(p call) {
		if p.beta == 0 {
			p.beta = math.SmallestNonzeroFloat32
		}
		p.run()
	})},
	{"F6: skips zeros of A", "non-finite", broken(func(p call) {
		p.b = slices.Clone(p.b)
		for l := 0; l < p.k && p.m == 1 && p.n > 0; l++ {
			at := l
			if p.transA {
				at = l * p.lda
			}
			if p.a[at] == 0 {
				for j := range p.n {
					if p.transB {
						p.b[j*p.ldb+l] = 0
					} else {
						p.b[l*p.ldb+j] = 0
					}
				}
			}
		}
		p.run()
	})},
	{"alpha = 0 still reads", "alpha-zero", broken(func(p call) {
		if p.alpha == 0 {
			p.alpha = math.SmallestNonzeroFloat32
		}
		p.run()
	})},
	{"F13: an unaligned C is computed otherwise", "alignment", broken(func(p call) {
		p.run()
		if len(p.c) > 0 && uintptr(unsafe.Pointer(&p.c[0]))%64 == 4 {
			p.c[0] *= 1 + 0x1p-20
			p.c[0]++
		}
	})},
	{"F18: subnormal results are flushed", "equals-specification", broken(func(p call) {
		p.run()
		for i := range p.m {
			for j := range p.n {
				if x := &p.c[i*p.ldc+j]; *x < 0x1p-126 && *x > -0x1p-126 {
					*x = 0
				}
			}
		}
	})},
	{"F25: product and sum rounded", "one-rounding", broken(func(p call) { chain(p, func(x, y, z float32) float32 { return float32(x*y) + z }) })},
	{"F26: fma through float64", "one-rounding", broken(func(p call) {
		chain(p, func(x, y, z float32) float32 { return float32(float64(x)*float64(y) + float64(z)) })
	})},
	{"F27: ldc for n", "exact-integers", broken(func(p call) {
		if p.ldc > p.n && p.m > 1 && (p.m-1)*p.n < len(p.c) {
			p.ldc = max(1, p.n)
		}
		p.run()
	})},
	{"F27: the flag of B ignored where it fits", "exact-integers", broken(func(p call) {
		if p.transB && p.k == p.n {
			p.transB = false
		}
		p.run()
	})},
	{"F28: the accumulator is not reset", "repeatable", broken(func(p call) {
		p.run()
		if len(p.c) > 0 {
			p.c[0] += float32(stale.Swap(uint64(p.k)))
		}
	})},
	{"F28: the last term of K is dropped", "exact-integers", broken(func(p call) {
		if p.k > 16 {
			p.k = 16
		}
		p.run()
	})},
	{"a buffer shared by callers", "concurrent-callers", broken(func(p call) {
		mine := calls.Add(1)
		stale.Store(mine)
		runtime.Gosched()
		p.run()
		if len(p.c) > 0 && stale.Load() != mine {
			p.c[0]++
		}
	})},
	{"writes to A", "equals-specification", broken(func(p call) {
		p.run()
		if len(p.a) > 0 {
			p.a[0] += 1
		}
	})},
	{"A and B taken for each other where they are one", "shared-operands", broken(func(p call) {
		if len(p.a) > 1 && len(p.b) > 1 && &p.a[0] == &p.b[0] {
			p.transA = !p.transA
		}
		p.run()
	})},
	{"sums in another order in column 5", "permuted", broken(func(p call) {
		p.run()
		if p.n > 4 && p.m > 0 {
			p.c[4] += 1
		}
	})},
	{"a transposed A is summed backwards", "transposed", broken(func(p call) {
		if p.transA && p.beta == 0 {
			chainDown(p)
			return
		}
		p.run()
	})},
	{"alpha rounded to one digit", "scaled", broken(func(p call) {
		if p.alpha > 2 {
			p.alpha = 3
		}
		p.run()
	})},
	{"a single column is summed backwards", "split", broken(func(p call) {
		if p.n == 1 {
			chainDown(p)
			return
		}
		p.run()
	})},
	{"error of 2^-12", "error-bound", broken(func(p call) {
		p.run()
		for i := range p.m {
			for j := range p.n {
				p.c[i*p.ldc+j] *= 1 + 0x1p-12
			}
		}
	})},
}

// chain is the specification with another fma.
func chain(p call, fma func(x, y, z float32) float32) {
	for i := range p.m {
		for j := range p.n {
			sum := p.begin(i, j)
			for l := 0; l < p.k && p.alpha != 0; l++ {
				sum = fma(p.alpha*p.at(p.a, p.transA, i, l, p.lda), p.at(p.b, p.transB, l, j, p.ldb), sum)
			}
			p.c[i*p.ldc+j] = sum
		}
	}
}

// chainDown is the specification with the inner index descending.
func chainDown(p call) {
	for i := range p.m {
		for j := range p.n {
			sum := p.begin(i, j)
			for l := p.k - 1; l >= 0 && p.alpha != 0; l-- {
				sum = reference.Fma32(p.alpha*p.at(p.a, p.transA, i, l, p.lda), p.at(p.b, p.transB, l, j, p.ldb), sum)
			}
			p.c[i*p.ldc+j] = sum
		}
	}
}

func (p call) begin(i, j int) float32 {
	switch p.beta {
	case 0:
		return 0
	case 1:
		return p.c[i*p.ldc+j]
	default:
		return p.beta * p.c[i*p.ldc+j]
	}
}

func (p call) at(x []float32, trans bool, i, j, ld int) float32 {
	if trans {
		i, j = j, i
	}
	return x[i*ld+j]
}

// Each law catches what it is there to catch: a law that never fails proves nothing.
func TestLawsCatchBrokenGemm(t *testing.T) {
	quietly(t)
	caught := map[string]bool{"thread-count": true} // has a test of its own
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			stale.Store(0)
			falsified(t, law.GemmProperties(f.gemm, law.BitExact), f.law)
			caught[f.law] = true
		})
	}
	for _, p := range law.GemmProperties(naive, law.BitExact) {
		if !caught[p.Name] && p.Name != "machine-state" { // machine-state: see the kernels of the CPU
			t.Errorf("no broken implementation shows that %s can fail", p.Name)
		}
	}
}

// quietly shrinks counterexamples a second at most, and draws the same cases each
// time, enough of them.
func quietly(t *testing.T) {
	shrink := "1s"
	if testing.Short() {
		shrink = "50ms"
	}
	for name, value := range map[string]string{"rapid.shrinktime": shrink, "rapid.seed": "1", "rapid.checks": "2000"} {
		f := flag.Lookup(name)
		old := f.Value.String()
		if err := f.Value.Set(value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(old) })
	}
}
