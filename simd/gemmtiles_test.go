package simd_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/gemm"
)

// TestGemmEveryTile calls Gemm with every number of rows and columns of a tile, with fresh
// true and false, and for wide tiles with B packed and not, because the assembly has
// separate code for each of these cases. In the emulator, which is slow, the kernels of
// amd64 are called with every fifth number of columns only: the others differ from these
// in a mask or an address.
func TestGemmEveryTile(t *testing.T) {
	for _, set := range simd.Native() {
		everyTile(t, set, 1)
	}
	for _, set := range emulatedSets(t) {
		colsApart := 5
		if set.Name == "neon" {
			colsApart = 1
		}
		set.Name += " emulated"
		everyTile(t, set, colsApart)
	}
}

func everyTile(t *testing.T, set *simd.Set, colsApart int) {
	specification := set.Specification()
	t.Run(set.Name+"/float32", func(t *testing.T) { compareTiles(t, set.Gemm32, specification.Gemm32, colsApart) })
	t.Run(set.Name+"/float64", func(t *testing.T) { compareTiles(t, set.Gemm64, specification.Gemm64, colsApart) })
}

func compareTiles[T float32 | float64](t *testing.T, kernels, specification gemm.Kernels[T], colsApart int) {
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
						t.Fatalf("%d x %d, rows of B %d apart, fresh %v: C = %v, want %v", rows, cols, bRow, fresh, c, want)
					}
				}
			}
		}
	}
}

// fractions returns n numbers, mostly different, whose products have to be rounded.
func fractions[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(1+i*i%257) / 7
	}
	return x
}
