package kerneltest

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/lossglass/lossglass/simd/gemm"
)

// A Tile is a call of Gemm for two tiles of that size. B has rows of Cols numbers, or is packed in
// rows of a whole tile.
type Tile struct {
	Rows, Cols, RowOfB, Depth int
	Fresh                     bool
}

// Tiles returns tiles of kernels with every number of rows and of every colsApart-th number of
// columns, with fresh true and false, and for wide tiles with B packed and not, because the assembly
// has separate code for each of these cases. Half of a tile's columns, from which kernels change
// to another number of registers, is always among them. High tiles that are not as deep have code of
// their own, too. Depths are such that one step and more are left over where kernels take two or four at a time, and
// none.
func Tiles[T float32 | float64](kernels gemm.Kernels[T], colsApart int) iter.Seq[Tile] {
	return func(yield func(Tile) bool) {
		for cols := kernels.Cols; cols > 0; cols-- {
			if (kernels.Cols-cols)%colsApart != 0 && 2*cols%kernels.Cols != 0 {
				continue
			}
			isWide, mostRows := cols > kernels.Cols/2, kernels.Rows
			if !isWide {
				mostRows = kernels.TallRows
			}
			for rows := 1; rows <= mostRows; rows++ {
				kinds := []Tile{{RowOfB: cols + 1, Depth: 3}}
				if isWide {
					kinds = append(kinds, Tile{RowOfB: kernels.Cols, Depth: 3})
				}
				if isWide && 2*rows > mostRows { // with another distance, so that other rows are at multiples of 32 bytes
					kinds = append(kinds, Tile{RowOfB: cols + 2, Depth: 5}, Tile{RowOfB: kernels.Cols, Depth: 5},
						Tile{RowOfB: kernels.Cols, Depth: 8}, Tile{RowOfB: kernels.Cols, Depth: 11}, Tile{RowOfB: kernels.Cols, Depth: 14})
				}
				for _, t := range kinds {
					if !yield(Tile{rows, cols, t.RowOfB, t.Depth, true}) || !yield(Tile{rows, cols, t.RowOfB, t.Depth, false}) {
						return
					}
				}
			}
		}
	}
}

// CompareTile calls Gemm for a tile and returns an error if the product is not that of the
// specification.
func CompareTile[T float32 | float64](t Tile, kernels, specification gemm.Kernels[T]) error {
	const tiles = 2
	depth, ldc := t.Depth, other(t.Cols+2, t.RowOfB)
	aRow, aCol := other(depth+2, t.RowOfB, ldc), 1
	if byColumns := (t.Rows+t.Cols)%2 == 1; byColumns != t.Fresh { // both, of every tile
		aRow, aCol = 1, other(t.Rows*tiles+2, t.RowOfB, ldc)
	}
	a, b := fractions[T](t.Rows*tiles*aRow+depth*aCol), fractions[T](depth*(kernels.Cols+2))
	c := fractions[T](t.Rows * tiles * ldc)
	for i := range c {
		if i%ldc >= t.Cols {
			c[i] = T(math.NaN())
		}
	}
	want := slices.Clone(c)
	specification.Gemm(t.Rows, tiles, t.Cols, depth, a, aRow, aCol, b, t.RowOfB, want, ldc, t.Fresh)
	kernels.Gemm(t.Rows, tiles, t.Cols, depth, a, aRow, aCol, b, t.RowOfB, c, ldc, t.Fresh)
	if !slices.EqualFunc(c, want, sameBits) {
		return fmt.Errorf("%d x %d, depth %d, rows of B %d apart, fresh %v: C = %v, want %v", t.Rows, t.Cols, depth, t.RowOfB, t.Fresh, c, want)
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

// other returns a distance between rows, of at least that many numbers, that differs from those before.
func other(least int, before ...int) int {
	for slices.Contains(before, least) {
		least++
	}
	return least
}

// sameBits compares numbers that are not NaN by their bits, and takes all NaN for the same.
func sameBits[T float32 | float64](x, y T) bool {
	return x == y && math.Signbit(float64(x)) == math.Signbit(float64(y)) || x != x && y != y
}
