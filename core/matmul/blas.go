package matmul

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/simd"
)

// BLAS32 is gonum's BLAS in which Sgemm is computed by [Gemm32], with the same checks and
// panics:
//
//	blas32.Use(matmul.BLAS32{Set: simd.Detect(), Threads: runtime.NumCPU()})
type BLAS32 struct {
	gonum.Implementation
	Set     *simd.Set
	Threads int // at most; 0 is one
}

// Sgemm implements blas.Float32Level3.
func (b BLAS32) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, bb []float32, ldb int, beta float32, c []float32, ldc int) {
	gemm32(b.Set, tA, tB, m, n, k, alpha, a, lda, bb, ldb, beta, c, ldc, b.Threads)
}

// BLAS64 is gonum's BLAS in which Dgemm is computed by [Gemm64], with the same checks and
// panics. Gonum's matrices then multiply and factorise with it:
//
//	blas64.Use(matmul.BLAS64{Set: simd.Detect(), Threads: runtime.NumCPU()})
type BLAS64 struct {
	gonum.Implementation
	Set     *simd.Set
	Threads int // at most; 0 is one
}

// Dgemm implements blas.Float64Level3.
func (b BLAS64) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, bb []float64, ldb int, beta float64, c []float64, ldc int) {
	gemm64(b.Set, tA, tB, m, n, k, alpha, a, lda, bb, ldb, beta, c, ldc, b.Threads)
}
