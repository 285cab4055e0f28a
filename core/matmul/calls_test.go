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

// Each panel of a packed B is copied as a whole by the kernel, the last one, too.
func TestGemmPacksWholePanels(t *testing.T) {
	for _, set := range simd.Available() {
		n := 3*set.Gemm64.Cols + 1
		packing := *set
		packing.Blocks.InPlaceBytes = 0
		if got := callsOf(packing, 30, n, packing.Blocks.PackRows, 0).panels; got != 4 {
			t.Errorf("%s, %d columns: the kernel copies %d panels, want 4", set.Name, n, got)
		}
		if got := callsOf(packing, 30, set.Gemm64.Cols-1, 5, 0).panels; got != 0 {
			t.Errorf("%s: the kernel copies %d panels of a matrix that is narrower than one", set.Name, got)
		}
	}
}
