package gemmtest_test

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

// A number is an element type of the routines.
type number interface{ float32 | float64 }

// routines are those of gonum's BLAS from which a product can be made, each as C = alpha
// op(A) op(B) + beta C, for float32 (S) and float64 (D).
var routines = []struct {
	name   string // without S or D
	single law.Gemm[float32]
	double law.Gemm[float64]
}{
	{"gemm", bare(gonum.Implementation{}.Sgemm), bare(gonum.Implementation{}.Dgemm)},
	{"gemv", byColumns(gonum.Implementation{}.Sgemv), byColumns(gonum.Implementation{}.Dgemv)},
	{"ger", byTerms(gonum.Implementation{}.Sger), byTerms(gonum.Implementation{}.Dger)},
	{"dot", byElements(gonum.Implementation{}.Sdot), byElements(gonum.Implementation{}.Ddot)},
}

func flagOf(trans bool) blas.Transpose {
	if trans {
		return blas.Trans
	}
	return blas.NoTrans
}

func bare[T number](gemm func(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		gemm(flagOf(transA), flagOf(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// vector returns the slice and step of row i of op(X), or of column i.
func vector[T number](x []T, ld int, trans, column bool, i int) ([]T, int) {
	if trans == column {
		return x[i*ld:], 1
	}
	return x[i:], ld
}

// byColumns multiplies by a matrix and a vector for each column of C.
func byColumns[T number](gemv func(tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int)) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		rows, cols := m, k
		if transA {
			rows, cols = k, m
		}
		if m == 0 || k == 0 {
			scale(m, n, beta, c, ldc) // BLAS returns without scaling y if A has no elements
			return
		}
		for j := range n {
			x, step := vector(b, ldb, transB, true, j)
			gemv(flagOf(transA), rows, cols, alpha, a, lda, x, step, beta, c[j:], ldc)
		}
	}
}

// byTerms adds a matrix of rank one for each inner index.
func byTerms[T number](ger func(m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int)) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		scale(m, n, beta, c, ldc)
		for l := range k {
			if m > 0 && n > 0 {
				x, stepX := vector(a, lda, transA, true, l)
				y, stepY := vector(b, ldb, transB, false, l)
				ger(m, n, alpha, x, stepX, y, stepY, c, ldc)
			}
		}
	}
}

// byElements computes each element of C as a scalar product of contiguous vectors, unless
// alpha = 0. This needs the form NT; the reference computes the other forms.
func byElements[T number](dot func(n int, x []T, incX int, y []T, incY int) T) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		if transA || !transB {
			reference.Gemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
			return
		}
		scale(m, n, beta, c, ldc)
		for i := range m {
			for j := range n {
				if alpha != 0 && k > 0 {
					c[i*ldc+j] += alpha * dot(k, a[i*lda:], 1, b[j*ldb:], 1)
				}
			}
		}
	}
}

// scale computes C = beta C, and does not read C if beta is 0.
func scale[T number](m, n int, beta T, c []T, ldc int) {
	for i := range m {
		for j := range n {
			if beta == 0 {
				c[i*ldc+j] = 0
			} else {
				c[i*ldc+j] *= beta
			}
		}
	}
}
