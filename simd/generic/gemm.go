package generic

import "math"

// GemmRows, GemmCols32 and GemmCols64 are the largest tile: here, any would do.
const GemmRows, GemmCols32, GemmCols64 = 8, 32, 16

// Gemm32 is simd.Kernels.Gemm32.
func Gemm32(rows, tiles, cols, depth int, a []float32, aRow, aCol int, b []float32, bRow int, c []float32, ldc int, fresh bool) {
	for i := range rows * tiles {
		for j := range cols {
			var sum float32
			if !fresh {
				sum = c[i*ldc+j]
			}
			for k := range depth {
				sum = fma(a[i*aRow+k*aCol], b[k*bRow+j], sum)
			}
			c[i*ldc+j] = sum
		}
	}
}

// Gemm64 is simd.Kernels.Gemm64.
func Gemm64(rows, tiles, cols, depth int, a []float64, aRow, aCol int, b []float64, bRow int, c []float64, ldc int, fresh bool) {
	for i := range rows * tiles {
		for j := range cols {
			var sum float64
			if !fresh {
				sum = c[i*ldc+j]
			}
			for k := range depth {
				sum = math.FMA(a[i*aRow+k*aCol], b[k*bRow+j], sum)
			}
			c[i*ldc+j] = sum
		}
	}
}

// Panel32 is simd.Kernels.Panel32.
func Panel32(rows int, dst, src []float32, lds int) { panel(rows, GemmCols32, dst, src, lds) }

// Panel64 is simd.Kernels.Panel64.
func Panel64(rows int, dst, src []float64, lds int) { panel(rows, GemmCols64, dst, src, lds) }

func panel[T float32 | float64](rows, cols int, dst, src []T, lds int) {
	for k := range rows {
		copy(dst[k*cols:][:cols], src[k*lds:])
	}
}

// Transpose32 is simd.Kernels.Transpose32.
func Transpose32(rows, cols int, dst []float32, ldd int, src []float32, lds int) {
	transpose(rows, cols, dst, ldd, src, lds)
}

// Transpose64 is simd.Kernels.Transpose64.
func Transpose64(rows, cols int, dst []float64, ldd int, src []float64, lds int) {
	transpose(rows, cols, dst, ldd, src, lds)
}

func transpose[T float32 | float64](rows, cols int, dst []T, ldd int, src []T, lds int) {
	for i := range rows {
		for j := range cols {
			dst[j*ldd+i] = src[i*lds+j]
		}
	}
}
