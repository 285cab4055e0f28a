package simd_test

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// With AVX2, Gemm stores high tiles among FMAs, and no more than six vectors in a row, which would
// keep FMAs waiting; and whole vectors without masks.
func TestStoresOfTiles(t *testing.T) {
	program, err := emulate.Assembly("avx2")
	if err != nil {
		t.Fatal(err)
	}
	const tiles, depth = 2, 10
	for _, test := range []struct{ rows, cols, bRow, most int }{
		{6, 8, 8, 6}, {6, 8, 25, 6}, {6, 5, 25, 6}, {5, 8, 8, 6}, {5, 8, 25, 6}, {4, 8, 8, 6}, {4, 8, 25, 6}, // wide, B packed and not
		{12, 4, 25, 12}, {7, 4, 25, 7}, {1, 4, 25, 1}, // as wide as a vector
	} {
		var order []int
		a, b, c := make([]float64, tiles*test.rows*depth), make([]float64, depth*25), make([]float64, tiles*test.rows*test.cols)
		_, steps, err := program.Follow("Gemm64", func(step, argument int, _ int64) { order = append(order, step) },
			test.rows, tiles, test.cols, depth, a, depth, 1, b, test.bRow, c, test.cols, true)
		if err != nil {
			t.Fatal(err)
		}
		inRow, most := 0, 0
		for _, step := range order {
			s := steps[step]
			if s.Class == emulate.FMA {
				inRow = 0
			}
			if s.Store && s.Bits == 256 {
				inRow++
				most = max(most, inRow)
				if strings.Contains(s.Op, "MASK") {
					t.Fatalf("%+v: %s", test, s.Text)
				}
			}
		}
		if most == 0 || most > test.most {
			t.Errorf("%+v: %d stores in a row", test, most)
		}
	}
}
