package kerneltest

import (
	"fmt"
	"math"
	"slices"

	"github.com/lossglass/lossglass/simd/gemm"
)

// EveryTile calls Gemm with every number of rows and of every colsApart-th number of columns of a
// tile, with fresh true and false, and for wide tiles with B packed and not, because the assembly
// has separate code for each of these cases. It returns an error if a product is not that of
// the specification.
func EveryTile[T float32 | float64](kernels, specification gemm.Kernels[T], colsApart int) error {
	const tiles, depth, gap = 2, 2, 1
	for cols := kernels.Cols; cols > 0; cols -= colsApart {
		mostRows, rowsOfB := kernels.Rows, []int{cols, kernels.Cols}
		if cols <= kernels.Cols/2 {
			mostRows, rowsOfB = kernels.TallRows, rowsOfB[:1]
		}
		for rows := 1; rows <= mostRows; rows++ {
			a, b := fractions[T](rows*tiles*depth), fractions[T](depth*kernels.Cols)
			for _, bRow := range rowsOfB {
				for _, fresh := range []bool{true, false} {
					c := fractions[T](rows * tiles * (cols + gap))
					for i := cols; i < len(c); i += cols + gap {
						c[i] = T(math.NaN())
					}
					want := slices.Clone(c)
					specification.Gemm(rows, tiles, cols, depth, a, depth, 1, b, bRow, want, cols+gap, fresh)
					kernels.Gemm(rows, tiles, cols, depth, a, depth, 1, b, bRow, c, cols+gap, fresh)
					if fmt.Sprint(c) != fmt.Sprint(want) {
						return fmt.Errorf("%d x %d, rows of B %d apart, fresh %v: C = %v, want %v", rows, cols, bRow, fresh, c, want)
					}
				}
			}
		}
	}
	return nil
}

// TileStep is the colsApart with which the emulator, which is slow, calls the kernels of an
// instruction set. Those of avx512 mask the last columns, so that numbers of columns between
// differ in a mask or an address only.
func TileStep(isa string) int {
	if isa == "avx512" {
		return 5
	}
	return 1
}

// fractions returns n numbers, mostly different, whose products have to be rounded.
func fractions[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(1+i*i%257) / 7
	}
	return x
}
