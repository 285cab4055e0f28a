package gemm

import "github.com/lossglass/lossglass/simd/internal/scalar"

// Generic returns the portable kernels with tiles of the given size. They are the
// executable specification of the contract for every instruction set with tiles of that
// size, and what runs on CPUs for which there is no assembly. The portable Gemm itself
// has no limit on its rows and columns.
func Generic[T float32 | float64](rows, tallRows, cols int) Kernels[T] {
	return Kernels[T]{
		Rows:     rows,
		Cols:     cols,
		TallRows: tallRows,
		Gemm:     gemm[T],
		Panel: func(rows int, dst, src []T, lds int) {
			for k := range rows {
				copy(dst[k*cols:][:cols], src[k*lds:])
			}
		},
		Transpose: transpose[T],
	}
}

func gemm[T float32 | float64](rows, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool) {
	for i := range rows * tiles {
		for j := range cols {
			var sum T
			if !fresh {
				sum = c[i*ldc+j]
			}
			for k := range depth {
				sum = scalar.FMA(a[i*aRow+k*aCol], b[k*bRow+j], sum)
			}
			c[i*ldc+j] = sum
		}
	}
}

func transpose[T float32 | float64](rows, cols int, dst []T, ldd int, src []T, lds int) {
	for i := range rows {
		for j := range cols {
			dst[j*ldd+i] = src[i*lds+j]
		}
	}
}
