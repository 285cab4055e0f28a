// Package matmul multiplies matrices in float32 and float64: C = alpha op(A) op(B) + beta C,
// row-major, with any leading dimensions, on one thread or many, where op(X) is X or its
// transpose. It computes with the kernels of package simd.
//
// Every element of C is the result of one sequence of operations, each rounded to nearest
// even, with all kernels, sizes and numbers of threads:
//
//	c = +0 if beta = 0 (C is then not read), c if beta = 1, otherwise round(beta c)
//	c = fma(round(alpha a_ik), b_kj, c) for k ascending
//
// With alpha = 0 neither A nor B is read. NaN and Inf propagate. To make this possible,
// vectors and threads divide the rows and columns of C and never a sum.
//
// The package is not a BLAS: it has no other routines and no complex numbers. [BLAS32] and
// [BLAS64] make gonum's matrices use its products.
//
// Start with [Gemm32] or [Gemm64], or with BLAS64 if your program uses gonum.
package matmul

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/simd"
)

// Gemm32 computes C = alpha op(A) op(B) + beta C, where op(X) is X or, if trans is true,
// its transpose. op(A) is m x k, op(B) is k x n and C is m x n. Row i of a stored matrix
// begins at element i*ld of its slice. C must not overlap A or B. Gemm32 uses at most the
// given number of threads, fewer for small products, and at least one; the bits of the
// result do not depend on it.
//
// Gemm32 panics with gonum's messages if a size is negative, a leading dimension is
// smaller than a row, or a slice is too short.
func Gemm32(set *simd.Set, transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int, threads int) {
	gemm32(set, transpose(transA), transpose(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads)
}

func gemm32(set *simd.Set, transA, transB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int, threads int) {
	// With alpha = 0 and beta = 1 gonum checks the arguments and does nothing else.
	gonum.Implementation{}.Sgemm(transA, transB, m, n, k, 0, a, lda, b, ldb, 1, c, ldc)
	multiply(set, &set.Gemm32, &pools32, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads)
}

// Gemm64 is [Gemm32] in float64.
func Gemm64(set *simd.Set, transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int, threads int) {
	gemm64(set, transpose(transA), transpose(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads)
}

func gemm64(set *simd.Set, transA, transB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int, threads int) {
	gonum.Implementation{}.Dgemm(transA, transB, m, n, k, 0, a, lda, b, ldb, 1, c, ldc)
	multiply(set, &set.Gemm64, &pools64, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads)
}

// transpose returns gonum's name for a transposed or untransposed matrix.
func transpose(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}
