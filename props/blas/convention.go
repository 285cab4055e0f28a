//go:build linux && (amd64 || arm64) && !static

package blas

import (
	"unsafe"

	"github.com/ebitengine/purego"
)

type float interface{ float32 | float64 }

// Values of CBLAS's enumerations.
const (
	cblasRowMajor    = 101
	cblasColumnMajor = 102
	cblasNoTrans     = 111
	cblasTrans       = 112
)

func cblasFlag(trans bool) int64 {
	if trans {
		return cblasTrans
	}
	return cblasNoTrans
}

// cblas returns the routines as CBLAS declares them: by value. Matrices are row-major or, in
// the interface ColumnMajor, the transposes of what the library sees, as in Fortran.
func cblas[T float]() map[string]func(symbol uintptr) routine {
	return map[string]func(symbol uintptr) routine{
		"gemm": func(symbol uintptr) routine {
			var f func(order, transA, transB, m, n, k int64, alpha T, a unsafe.Pointer, lda int64, b unsafe.Pointer, ldb int64, beta T, c unsafe.Pointer, ldc int64)
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s, alpha, beta := sizes(c), T(c.Factors[0]), T(c.Factors[1])
				transA, transB := cblasFlag(c.Flags[0]), cblasFlag(c.Flags[1])
				if c.Interface == ColumnMajor {
					f(cblasColumnMajor, transB, transA, s[1], s[0], s[2], alpha, at[1], s[4], at[0], s[3], beta, at[2], s[5])
					return 0
				}
				f(cblasRowMajor, transA, transB, s[0], s[1], s[2], alpha, at[0], s[3], at[1], s[4], beta, at[2], s[5])
				return 0
			}
		},
		"gemv": func(symbol uintptr) routine {
			var f func(order, transA, m, n int64, alpha T, a unsafe.Pointer, lda int64, x unsafe.Pointer, incX int64, beta T, y unsafe.Pointer, incY int64)
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s, alpha, beta := sizes(c), T(c.Factors[0]), T(c.Factors[1])
				if c.Interface == ColumnMajor {
					f(cblasColumnMajor, cblasFlag(!c.Flags[0]), s[1], s[0], alpha, at[0], s[2], at[1], s[3], beta, at[2], s[4])
					return 0
				}
				f(cblasRowMajor, cblasFlag(c.Flags[0]), s[0], s[1], alpha, at[0], s[2], at[1], s[3], beta, at[2], s[4])
				return 0
			}
		},
		"dot": func(symbol uintptr) routine {
			var f func(n int64, x unsafe.Pointer, incX int64, y unsafe.Pointer, incY int64) T
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s := sizes(c)
				return toBits(f(s[0], at[0], s[1], at[1], s[2]))
			}
		},
		"axpy": func(symbol uintptr) routine {
			var f func(n int64, alpha T, x unsafe.Pointer, incX int64, y unsafe.Pointer, incY int64)
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s := sizes(c)
				f(s[0], T(c.Factors[0]), at[0], s[1], at[1], s[2])
				return 0
			}
		},
		"nrm2": cblasReduction[T],
		"asum": cblasReduction[T],
		"amax": func(symbol uintptr) routine {
			var f func(n int64, x unsafe.Pointer, incX int64) uint64
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s := sizes(c)
				return uint64(uint32(f(s[0], at[0], s[1])))
			}
		},
	}
}

func cblasReduction[T float](symbol uintptr) routine {
	var f func(n int64, x unsafe.Pointer, incX int64) T
	purego.RegisterFunc(&f, symbol)
	return func(c Call, at []unsafe.Pointer) uint64 {
		s := sizes(c)
		return toBits(f(s[0], at[0], s[1]))
	}
}

// fortran returns the routines as Fortran has them: by reference, matrices column-major, so
// that a row-major matrix is the transpose of what the library sees.
func fortran[T float]() map[string]func(symbol uintptr) routine {
	return map[string]func(symbol uintptr) routine{
		"gemm": fortranGemm[T],
		"gemv": func(symbol uintptr) routine {
			var f func(trans *byte, m, n *int64, alpha *T, a unsafe.Pointer, lda *int64, x unsafe.Pointer, incX *int64, beta *T, y unsafe.Pointer, incY *int64, lengthOfTrans int64)
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s, trans, alpha, beta := sizes(c), letter(!c.Flags[0]), T(c.Factors[0]), T(c.Factors[1])
				f(&trans, &s[1], &s[0], &alpha, at[0], &s[2], at[1], &s[3], &beta, at[2], &s[4], 1)
				return 0
			}
		},
		"dot": func(symbol uintptr) routine {
			var f func(n *int64, x unsafe.Pointer, incX *int64, y unsafe.Pointer, incY *int64) T
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s := sizes(c)
				return toBits(f(&s[0], at[0], &s[1], at[1], &s[2]))
			}
		},
		"axpy": func(symbol uintptr) routine {
			var f func(n *int64, alpha *T, x unsafe.Pointer, incX *int64, y unsafe.Pointer, incY *int64)
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s, alpha := sizes(c), T(c.Factors[0])
				f(&s[0], &alpha, at[0], &s[1], at[1], &s[2])
				return 0
			}
		},
		"nrm2": fortranReduction[T],
		"asum": fortranReduction[T],
		"amax": func(symbol uintptr) routine {
			var f func(n *int64, x unsafe.Pointer, incX *int64) uint64
			purego.RegisterFunc(&f, symbol)
			return func(c Call, at []unsafe.Pointer) uint64 {
				s := sizes(c)
				return uint64(max(1, uint32(f(&s[0], at[0], &s[1]))) - 1)
			}
		},
	}
}

func fortranReduction[T float](symbol uintptr) routine {
	var f func(n *int64, x unsafe.Pointer, incX *int64) T
	purego.RegisterFunc(&f, symbol)
	return func(c Call, at []unsafe.Pointer) uint64 {
		s := sizes(c)
		return toBits(f(&s[0], at[0], &s[1]))
	}
}

// fortranGemm computes C' = op(B)' op(A)'.
func fortranGemm[T float](symbol uintptr) routine {
	var f func(transA, transB *byte, m, n, k *int64, alpha *T, a unsafe.Pointer, lda *int64, b unsafe.Pointer, ldb *int64, beta *T, c unsafe.Pointer, ldc *int64, lengthOfTransA, lengthOfTransB int64)
	purego.RegisterFunc(&f, symbol)
	return func(c Call, at []unsafe.Pointer) uint64 {
		s, transA, transB, alpha, beta := sizes(c), letter(c.Flags[0]), letter(c.Flags[1]), T(c.Factors[0]), T(c.Factors[1])
		f(&transB, &transA, &s[1], &s[0], &s[2], &alpha, at[1], &s[4], at[0], &s[3], &beta, at[2], &s[5], 1, 1)
		return 0
	}
}

// oneDNNGemm is row-major, with flags as letters, by value.
func oneDNNGemm(symbol uintptr) routine {
	var f func(transA, transB byte, m, n, k int64, alpha float32, a unsafe.Pointer, lda int64, b unsafe.Pointer, ldb int64, beta float32, c unsafe.Pointer, ldc int64) int32
	purego.RegisterFunc(&f, symbol)
	return func(c Call, at []unsafe.Pointer) uint64 {
		s := sizes(c)
		return uint64(f(letter(c.Flags[0]), letter(c.Flags[1]), s[0], s[1], s[2], float32(c.Factors[0]), at[0], s[3], at[1], s[4], float32(c.Factors[1]), at[2], s[5]))
	}
}

func letter(trans bool) byte {
	if trans {
		return 'T'
	}
	return 'N'
}

func sizes(c Call) []int64 {
	s := make([]int64, len(c.Sizes))
	for i, n := range c.Sizes {
		s[i] = int64(n)
	}
	return s
}
