// Package matmul multiplies matrices, in float32 and float64, on the kernels of
// package simd: C = alpha op(A) op(B) + beta C, row-major, with any leading
// dimensions, on one thread or many.
//
// Every element of C is the result of one sequence of operations, each rounded to
// nearest even, whatever the kernels, the sizes and the threads:
//
//	c = +0 if beta = 0 (C is then not read), c if beta = 1, beta*c otherwise
//	c = fma(alpha*a[i][k], b[k][j], c), k ascending
//
// alpha = 0 reads neither A nor B. NaN and Inf propagate. Vectors and threads
// therefore share out rows and columns of C and never split a sum.
//
// BLAS32 and BLAS64 put these products under gonum's matrices. The package is
// not a BLAS: it has no other routines, and no complex numbers.
package matmul

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/simd"
)

// Gemm32 computes C = alpha op(A) op(B) + beta C, where op(X) is X or, if trans,
// its transpose; op(A) is m x kk, op(B) kk x n and C m x n. Row i of a stored
// matrix begins at element i*ld. C may not overlap A or B. Up to that many
// threads compute it, fewer if it is small; the result is the same bits.
//
// Gemm32 panics, as gonum does, on a negative size, a leading dimension less
// than a row, or a slice too short.
func Gemm32(k *simd.Set, transA, transB bool, m, n, kk int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int, threads int) {
	gemm32(k, transpose(transA), transpose(transB), m, n, kk, alpha, a, lda, b, ldb, beta, c, ldc, threads)
}

func gemm32(k *simd.Set, transA, transB blas.Transpose, m, n, kk int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int, threads int) {
	// With these factors gonum checks the arguments and is done.
	gonum.Implementation{}.Sgemm(transA, transB, m, n, kk, 0, a, lda, b, ldb, 1, c, ldc)
	var p product[float32]
	g := &k.Gemm32
	p.tile, p.panel, p.transpose, p.rows, p.tall, p.cols = g.Gemm, g.Panel, g.Transpose, g.Rows, g.TallRows, g.Cols
	p.workspaces, p.leastWork = &workspaces32, leastTime*int64(k.Probe.FMAFlops)
	p.m, p.n, p.k, p.alpha, p.beta = m, n, kk, alpha, beta
	p.a.store(a, lda, transA != blas.NoTrans)
	p.b.store(b, ldb, transB != blas.NoTrans)
	p.c.store(c, ldc, false)
	p.onThreads(threads, &jobs32)
}

// Gemm64 is Gemm32 in float64.
func Gemm64(k *simd.Set, transA, transB bool, m, n, kk int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int, threads int) {
	gemm64(k, transpose(transA), transpose(transB), m, n, kk, alpha, a, lda, b, ldb, beta, c, ldc, threads)
}

func gemm64(k *simd.Set, transA, transB blas.Transpose, m, n, kk int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int, threads int) {
	gonum.Implementation{}.Dgemm(transA, transB, m, n, kk, 0, a, lda, b, ldb, 1, c, ldc)
	var p product[float64]
	g := &k.Gemm64
	p.tile, p.panel, p.transpose, p.rows, p.tall, p.cols = g.Gemm, g.Panel, g.Transpose, g.Rows, g.TallRows, g.Cols
	p.workspaces, p.leastWork = &workspaces64, leastTime*int64(k.Probe.FMAFlops)
	p.m, p.n, p.k, p.alpha, p.beta = m, n, kk, alpha, beta
	p.a.store(a, lda, transA != blas.NoTrans)
	p.b.store(b, ldb, transB != blas.NoTrans)
	p.c.store(c, ldc, false)
	p.onThreads(threads, &jobs64)
}

func transpose(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}
