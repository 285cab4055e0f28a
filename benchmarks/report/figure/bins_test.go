package figure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The outline of each sample encloses 100 %, whatever the other samples are.
func TestBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkBins(t, rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-3, 3), 0, 30), 1, 4).Draw(t, "values"))
	})
	rapid.Check(t, func(t *rapid.T) {
		checkBins(t, rapid.SliceOfN(rapid.SliceOfN(rapid.Float64(), 0, 5), 1, 4).Draw(t, "values of any size"))
	})
	for _, values := range [][]float64{
		{1, 1 + 0x1p-52}, {-1, -1 - 0x1p-52, -1 - 0x1p-51}, {1e300, 1e-300}, {math.MaxFloat64, -math.MaxFloat64},
		{0, math.SmallestNonzeroFloat64}, {1, math.Inf(1), math.NaN()},
	} {
		checkBins(t, [][]float64{values, {values[0]}})
	}
}

func checkBins(t interface{ Fatalf(string, ...any) }, samples [][]float64) {
	b := NewBins(samples)
	for _, values := range samples {
		if len(drawable(values)) == 0 {
			continue
		}
		outline := b.Outline(values)
		sum := 0.0
		for _, p := range outline {
			if math.IsNaN(p.X) || math.IsInf(p.X, 0) {
				t.Fatalf("%v: %v in %+v", values, outline, b)
			}
			sum += p.Y
		}
		if math.Abs(sum-100) > 1e-9 || outline[0].Y != 0 || outline[len(outline)-1].Y != 0 || len(outline) > 104 {
			t.Fatalf("%v: %v in %+v", values, outline, b)
		}
	}
}
