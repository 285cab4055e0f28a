package matmul_test

import (
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// The calls of kernels that a product of float64 makes.
type calls struct {
	cols   []int // of each call of Gemm
	panels int   // that were packed
}

// callsOf records the calls of a product C = A B + beta C.
func callsOf(set simd.Set, m, n, k int, beta float64) (made calls) {
	kernels := set.Gemm64
	set.Gemm64.Gemm = func(rows, tiles, cols, depth int, a []float64, aRow, aCol int, b []float64, bRow int, c []float64, ldc int, fresh bool) {
		made.cols = append(made.cols, cols)
		kernels.Gemm(rows, tiles, cols, depth, a, aRow, aCol, b, bRow, c, ldc, fresh)
	}
	set.Gemm64.Panel = func(rows int, dst, src []float64, lds int) {
		made.panels++
		kernels.Panel(rows, dst, src, lds)
	}
	matmul.Gemm64(&set, false, false, m, n, k, 1, make([]float64, m*k), k, make([]float64, k*n), n, beta, make([]float64, m*n), n, 1)
	return made
}

// A product that does not add to C computes the last columns of C in tiles of half of the width at
// least, together with columns before them: stores of a part of a vector are slow.
func TestGemmLastColumns(t *testing.T) {
	for _, set := range simd.Available() {
		width := set.Gemm64.Cols
		for last := 1; last < width; last++ {
			least := slices.Min(callsOf(*set, 30, 2*width+last, 5, 0).cols)
			if want := max(last, width/2); least != want {
				t.Errorf("%s, %d last columns: computed in tiles of %d columns, want %d", set.Name, last, least, want)
			}
			if least := slices.Min(callsOf(*set, 30, 2*width+last, 5, 1).cols); least != last {
				t.Errorf("%s, %d last columns added to C: computed in tiles of %d columns", set.Name, last, least)
			}
		}
	}
}

// B is packed if its rows do not begin at cache lines and are read often, and then each panel is
// copied as a whole by the kernel, the last one, too.
func TestGemmPacksUnalignedRows(t *testing.T) {
	for _, set := range simd.Available() {
		width, rows := set.Gemm64.Cols, 9*set.Gemm64.Rows
		aligned := *set
		aligned.Blocks.UnalignedRows = 0
		set := *set
		set.Blocks.UnalignedRows = 48
		for _, test := range []struct {
			what    string
			set     simd.Set
			m, n, k int
			want    int
		}{
			{"rows across lines", set, rows, 3*width + 1, 48, 4},
			{"where it does not help", aligned, rows, 3*width + 1, 48, 0},
			{"rows at lines", set, rows, 4 * max(width, 8), 48, 0},
			{"few rows", set, rows, 3*width + 1, 47, 0},
			{"read seldom", set, 8 * set.Gemm64.Rows, 3*width + 1, 48, 0},
			{"one panel", set, rows, width - 1, 48, 0},
		} {
			if got := callsOf(test.set, test.m, test.n, test.k, 0).panels; got != test.want {
				t.Errorf("%s, %s: %d panels packed, want %d", set.Name, test.what, got, test.want)
			}
		}
	}
}
