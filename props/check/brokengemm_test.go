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

// A call holds the arguments of a Gemm.
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

// broken returns a Gemm that calls fault with its arguments in place of the specification.
func broken(fault func(p call)) gemm {
	return func(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
		fault(call{transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc})
	}
}

// beyond returns the address of element i of a slice without a check of its length, as
// assembly does.
//
//go:nocheckptr
func beyond(s []float32, i int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), 4*i))
}

// use keeps the compiler from dropping an access.
//
//go:noinline
func use(float32) {}

// stale is a value that a broken implementation keeps from call to call.
var stale atomic.Uint64

// calls is the number of calls of a broken implementation.
var calls atomic.Uint64

// brokenGemms are implementations with the faults of the catalogue that a Gemm can
// have, each with the law that must catch it.
var brokenGemms = []struct {
	name string
	law  string
	gemm gemm
	// alsoFails are the other laws of kernels that the fault necessarily breaks.
	alsoFails []string
	// bitsOnly says that only BitExact forbids the fault, because the error is within the
	// bound.
	bitsOnly bool
}{
	{name: "F1: one element past A where k is no multiple of 4", law: "guard-after", gemm: broken(func(p call) {
		if p.m > 0 && p.n > 0 && p.k%4 != 0 {
			use(*beyond(p.a, len(p.a)))
		}
		p.run()
	})},
	{name: "F1: one element before B", law: "guard-before", gemm: broken(func(p call) {
		if len(p.b) > 0 {
			use(*beyond(p.b, -1))
		}
		p.run()
	})},
	{name: "F3: zeros past the last column", law: "padding", gemm: broken(func(p call) {
		p.run()
		for i := 0; i < p.m-1 && p.n < p.ldc && p.n > 0; i++ {
			p.c[i*p.ldc+p.n] = 0
		}
	})},
	{name: "the padding of B counts", law: "padding", gemm: broken(func(p call) {
		p.run()
		if p.m > 0 && p.n > 0 && p.k > 1 && !p.transB && p.n < p.ldb {
			p.c[0] -= 0 * p.b[p.n] // changes nothing while the padding is finite
		}
	})},
	{name: "F4: k = 0 leaves C alone", law: "equals-specification", gemm: broken(func(p call) {
		if p.k > 0 {
			p.run()
		}
	})},
	{name: "F5: beta = 0 multiplies", law: "beta-zero", gemm: broken(func(p call) {
		if p.beta == 0 {
			p.beta = math.SmallestNonzeroFloat32
		}
		p.run()
	})},
	{name: "F6: skips zeros of A", law: "non-finite", gemm: broken(func(p call) {
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
	{name: "alpha = 0 still reads", law: "alpha-zero", gemm: broken(func(p call) {
		if p.alpha == 0 {
			p.alpha = math.SmallestNonzeroFloat32
		}
		p.run()
	})},
	{name: "F13: an unaligned C is computed otherwise", law: "alignment", gemm: broken(func(p call) {
		p.run()
		if len(p.c) > 0 && uintptr(unsafe.Pointer(&p.c[0]))%64 == 4 {
			p.c[0] *= 1 + 0x1p-20
			p.c[0]++
		}
	})},
	{name: "F18: subnormal results are flushed", law: "equals-specification", bitsOnly: true, gemm: broken(func(p call) {
		p.run()
		for i := range p.m {
			for j := range p.n {
				if x := &p.c[i*p.ldc+j]; *x < 0x1p-126 && *x > -0x1p-126 {
					*x = 0
				}
			}
		}
	})},
	{name: "F25: product and sum rounded", law: "one-rounding", gemm: broken(func(p call) { chain(p, func(x, y, z float32) float32 { return float32(x*y) + z }) })},
	{name: "F26: fma through float64", law: "one-rounding", gemm: broken(func(p call) {
		chain(p, func(x, y, z float32) float32 { return float32(float64(x)*float64(y) + float64(z)) })
	})},
	{name: "F27: n is taken for ldc", law: "exact-integers", gemm: broken(func(p call) {
		if p.ldc > p.n && p.m > 1 && (p.m-1)*p.n < len(p.c) {
			p.ldc = max(1, p.n)
		}
		p.run()
	}), alsoFails: []string{"padding"}},
	{name: "F27: the flag of B is ignored where B is square", law: "exact-integers", gemm: broken(func(p call) {
		if p.transB && p.k == p.n {
			p.transB = false
		}
		p.run()
	})},
	{name: "F28: an accumulator keeps a value of the previous call", law: "repeatable", gemm: broken(func(p call) {
		p.run()
		if len(p.c) > 0 {
			p.c[0] += float32(stale.Swap(uint64(p.k)))
		}
	}), alsoFails: []string{"equals-specification", "padding", "alignment", "concurrent-callers"}},
	{name: "F28: the terms of K after the sixteenth are dropped", law: "exact-integers", gemm: broken(func(p call) {
		if p.k > 16 {
			p.k = 16
		}
		p.run()
	})},
	{name: "callers share a buffer", law: "concurrent-callers", gemm: broken(func(p call) {
		mine := calls.Add(1)
		stale.Store(mine)
		runtime.Gosched()
		p.run()
		if len(p.c) > 0 && stale.Load() != mine {
			p.c[0]++
		}
	})},
	{name: "writes to A", law: "equals-specification", gemm: broken(func(p call) {
		p.run()
		if len(p.a) > 0 {
			p.a[0] += 1
		}
	}), alsoFails: []string{"concurrent-callers"}},
	{name: "A is transposed where A and B are one matrix", law: "shared-operands", gemm: broken(func(p call) {
		if len(p.a) > 1 && len(p.b) > 1 && &p.a[0] == &p.b[0] {
			p.transA = !p.transA
		}
		p.run()
	})},
	{name: "column 5 is summed backwards", law: "permuted", gemm: broken(func(p call) {
		p.run()
		for i := 0; i < p.m && p.n > 4; i++ {
			p.c[i*p.ldc+4] = p.sumDown(i, 4)
		}
	})},
	{name: "a transposed A is summed backwards", law: "transposed", gemm: broken(func(p call) {
		if p.transA && p.beta == 0 {
			chainDown(p)
			return
		}
		p.run()
	})},
	{name: "alpha is rounded to an integer", law: "scaled", gemm: broken(func(p call) {
		p.alpha = float32(math.RoundToEven(float64(p.alpha)))
		p.run()
	})},
	{name: "a single column is summed backwards", law: "split", gemm: broken(func(p call) {
		if p.n == 1 {
			chainDown(p)
			return
		}
		p.run()
	})},
	{name: "a single row is summed backwards", law: "batch-rows", gemm: broken(func(p call) {
		if p.m == 1 {
			chainDown(p)
			return
		}
		p.run()
	})},
	{name: "the last column of several is summed backwards", law: "batch-columns", gemm: broken(func(p call) {
		p.run()
		for i := 0; i < p.m && p.n > 1; i++ {
			p.c[i*p.ldc+p.n-1] = p.sumDown(i, p.n-1)
		}
	})},
	{name: "below the diagonal sums go backwards", law: "symmetric", gemm: broken(func(p call) {
		whole := p
		whole.c = slices.Clone(p.c)
		whole.run()
		chainDown(p)
		for i := range p.m {
			for j := i; j < p.n; j++ {
				p.c[i*p.ldc+j] = whole.c[i*p.ldc+j]
			}
		}
	})},
	{name: "F18: subnormal operands are taken for zero", law: "subnormals", gemm: broken(func(p call) {
		p.b = slices.Clone(p.b)
		for i, x := range p.b {
			if x < 0x1p-126 && x > -0x1p-126 {
				p.b[i] = 0
			}
		}
		p.run()
	})},
	{name: "results have a relative error of 2^-12", law: "error-bound", gemm: broken(func(p call) {
		p.run()
		for i := range p.m {
			for j := range p.n {
				p.c[i*p.ldc+j] *= 1 + 0x1p-12
			}
		}
	})},
}

// contracts are all contracts, by name.
var contracts = map[string]law.Contract{
	"BitExact": law.BitExact, "WithinBound": law.WithinBound, "Deterministic": law.WithinBound | law.Deterministic,
}

// Under every contract each law catches a broken implementation.
func TestLawsCatchBrokenGemm(t *testing.T) {
	setRapid(t)
	for name, contract := range contracts {
		t.Run(name, func(t *testing.T) {
			caught := map[string]bool{"machine-state": true} // needs assembly: tested in package law
			for _, b := range brokenGemms {
				properties := law.GemmProperties(b.gemm, contract)
				if b.bitsOnly && contract != law.BitExact || !slices.ContainsFunc(properties, named(b.law)) {
					continue
				}
				t.Run(b.name, func(t *testing.T) {
					stale.Store(0)
					falsified(t, properties, b.law)
					caught[b.law] = true
				})
			}
			requireAll(t, law.GemmProperties(naive, contract), caught)
		})
	}
}

func named(name string) func(law.Property) bool {
	return func(p law.Property) bool { return p.Name == name }
}

// A fault breaks one of the laws of kernels: a wrong result equals-specification and
// no other, a dependence on the address alignment and no other, and so on.
func TestFaultBreaksOneKernelLaw(t *testing.T) {
	setFlags(t, map[string]string{"rapid.seed": "1", "rapid.checks": "50"})
	for _, b := range brokenGemms {
		kernelLaws := law.GemmProperties(b.gemm, law.BitExact)[:8]
		ofKernels := slices.ContainsFunc(kernelLaws, named(b.law))
		for _, p := range kernelLaws {
			wrongResult := p.Name == "equals-specification" && !ofKernels
			if p.Name == b.law || wrongResult || slices.Contains(b.alsoFails, p.Name) {
				continue
			}
			t.Run(b.name+"/"+p.Name, func(t *testing.T) { p.Test(t) })
		}
	}
}

// A Gemm that does nothing breaks every law that looks at results, under the
// contract that promises least.
func TestIdleGemmBreaksLaws(t *testing.T) {
	setRapid(t)
	idle := broken(func(call) {})
	for _, p := range law.GemmProperties(idle, law.WithinBound) {
		switch p.Name {
		case "guard-after", "guard-before", "machine-state": // ignore results
		default:
			if law.Falsify(p) == nil {
				t.Errorf("%s holds", p.Name)
			}
		}
	}
}

// setRapid makes rapid draw the same cases in each run, enough of them to find the faults,
// and limits the time for shrinking.
func setRapid(t *testing.T) {
	setFlags(t, map[string]string{"rapid.shrinktime": "50ms", "rapid.seed": "1", "rapid.checks": "2000"})
}

// setFlags sets flags until the test ends.
func setFlags(t *testing.T, values map[string]string) {
	for name, value := range values {
		f := flag.Lookup(name)
		old := f.Value.String()
		if err := f.Value.Set(value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(old) })
	}
}
