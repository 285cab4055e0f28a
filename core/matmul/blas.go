package matmul

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/simd"
)

// BLAS32 is gonum's BLAS with Sgemm by Gemm32, with the same checks and panics:
//
//	blas32.Use(matmul.BLAS32{Kernels: simd.Detect(), Threads: runtime.NumCPU()})
type BLAS32 struct {
	gonum.Implementation
	Kernels *simd.Set
	Threads int // at most; fewer than one are one
}

// Sgemm is blas.Float32Level3's.
func (b BLAS32) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, bb []float32, ldb int, beta float32, c []float32, ldc int) {
	gemm32(b.Kernels, tA, tB, m, n, k, alpha, a, lda, bb, ldb, beta, c, ldc, b.Threads)
}

// BLAS64 is gonum's BLAS with Dgemm by Gemm64, with the same checks and panics:
//
//	blas64.Use(matmul.BLAS64{Kernels: simd.Detect(), Threads: runtime.NumCPU()})
//
// gonum's own matrices then multiply and factorise with it.
type BLAS64 struct {
	gonum.Implementation
	Kernels *simd.Set
	Threads int // at most; fewer than one are one
}

// Dgemm is blas.Float64Level3's.
func (b BLAS64) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, bb []float64, ldb int, beta float64, c []float64, ldc int) {
	gemm64(b.Kernels, tA, tB, m, n, k, alpha, a, lda, bb, ldb, beta, c, ldc, b.Threads)
}
