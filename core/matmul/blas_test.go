package matmul_test

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/blas/testblas"
	"gonum.org/v1/gonum/mat"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

var (
	_ blas.Float32 = matmul.BLAS32{}
	_ blas.Float64 = matmul.BLAS64{}
)

// single computes Dgemm by Sgemm, so that gonum's test suite, which is for float64, tests
// Sgemm too; its small integers are exact in float32.
type single struct{ matmul.BLAS32 }

func (s single) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	c32 := narrow(c)
	s.Sgemm(tA, tB, m, n, k, float32(alpha), narrow(a), lda, narrow(b), ldb, float32(beta), c32, ldc)
	for i, x := range c32 {
		c[i] = float64(x)
	}
}

func narrow(s []float64) []float32 {
	n := make([]float32, len(s))
	for i, x := range s {
		n[i] = float32(x)
	}
	return n
}

func TestGonumConformance(t *testing.T) {
	for _, set := range simd.Available() {
		t.Run(set.Name, func(t *testing.T) {
			testblas.TestDgemm(t, matmul.BLAS64{Set: set})
			testblas.TestDgemm(t, single{matmul.BLAS32{Set: set}})
		})
	}
}

// Wrong arguments panic with gonum's own messages, in BLAS32 and BLAS64 as in Gemm32 and
// Gemm64.
func TestGonumPanics(t *testing.T) {
	type arguments struct {
		tA, tB           blas.Transpose
		m, n, k          int
		lenA, lda        int
		lenB, ldb        int
		lenC, ldc        int
		notThroughGemm32 bool
	}
	good := arguments{tA: blas.NoTrans, tB: blas.Trans, m: 3, n: 4, k: 5, lenA: 15, lda: 5, lenB: 20, ldb: 5, lenC: 12, ldc: 4}
	set := simd.Detect()
	for name, spoil := range map[string]func(*arguments){
		"nothing":     func(*arguments) {},
		"transpose A": func(g *arguments) { g.tA, g.notThroughGemm32 = 'x', true },
		"transpose B": func(g *arguments) { g.tB, g.notThroughGemm32 = 0, true },
		"m":           func(g *arguments) { g.m = -1 },
		"n":           func(g *arguments) { g.n = -1 },
		"k":           func(g *arguments) { g.k = -1 },
		"lda":         func(g *arguments) { g.lda = 4 },
		"ldb":         func(g *arguments) { g.ldb = 4 },
		"ldc":         func(g *arguments) { g.ldc = 3 },
		"short a":     func(g *arguments) { g.lenA-- },
		"short b":     func(g *arguments) { g.lenB-- },
		"short c":     func(g *arguments) { g.lenC-- },
		"lda, m = 0":  func(g *arguments) { g.m, g.lda = 0, 0 },
	} {
		t.Run(name, func(t *testing.T) {
			g := good
			spoil(&g)
			a, b, c := make([]float64, g.lenA), make([]float64, g.lenB), make([]float64, g.lenC)
			a32, b32, c32 := narrow(a), narrow(b), narrow(c)
			double := func(l testblas.Dgemmer) func() {
				return func() { l.Dgemm(g.tA, g.tB, g.m, g.n, g.k, 1, a, g.lda, b, g.ldb, 0, c, g.ldc) }
			}
			want := recovered(double(gonum.Implementation{}))
			if (want == nil) != (name == "nothing") {
				t.Fatalf("gonum panics with %v", want)
			}
			calls := map[string]func(){
				"BLAS64": double(matmul.BLAS64{Set: set}),
				"BLAS32": func() {
					matmul.BLAS32{Set: set}.Sgemm(g.tA, g.tB, g.m, g.n, g.k, 1, a32, g.lda, b32, g.ldb, 0, c32, g.ldc)
				},
			}
			if !g.notThroughGemm32 {
				calls["Gemm32"] = func() {
					matmul.Gemm32(set, false, true, g.m, g.n, g.k, 1, a32, g.lda, b32, g.ldb, 0, c32, g.ldc, 1)
				}
				calls["Gemm64"] = func() { matmul.Gemm64(set, false, true, g.m, g.n, g.k, 1, a, g.lda, b, g.ldb, 0, c, g.ldc, 1) }
			}
			for name, call := range calls {
				if got := recovered(call); got != want {
					t.Errorf("%s panics with %v, gonum with %v", name, got, want)
				}
			}
		})
	}
}

// recovered calls f and returns the value with which it panics, or nil.
func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func ExampleBLAS64() {
	blas64.Use(matmul.BLAS64{Set: simd.Detect(), Threads: 2})
	defer blas64.Use(gonum.Implementation{})
	var c mat.Dense
	c.Mul(mat.NewDense(2, 2, []float64{1, 2, 3, 4}), mat.NewDense(2, 1, []float64{5, 6}))
	fmt.Println(mat.Formatted(&c))
	// Output:
	// ⎡17⎤
	// ⎣39⎦
}
