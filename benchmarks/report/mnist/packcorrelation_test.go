package mnist

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// The example of Shrout and Fleiss (Psych. Bull. 86, 1979): six targets, four
// judges, ICC(1,1) = 0.17; mean squares 11.24 and 6.26 as in their Table 3. The
// interval is that of R's psych::ICC.
func TestPackCorrelationOfShroutAndFleiss(t *testing.T) {
	packs := [][]float64{{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}}
	l := newPackCorrelation(packs, 1)
	i := l.interval(.95)
	for _, tt := range []struct {
		name                 string
		got, want, tolerance float64
	}{
		{"F", l.f, 11.24 / 6.26, .003},
		{"icc", l.icc, .17, .005},
		{"low", i.Low, -.13, .005},
		{"high", i.High, .72, .005},
		{"size", l.size, 4, 0},
	} {
		if !scalar.EqualWithinAbs(tt.got, tt.want, tt.tolerance) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestEffectivePackSize(t *testing.T) {
	// (7 - (9 + 16)/7)/(2 - 1)
	l := newPackCorrelation([][]float64{{1, 2, 3}, {2, 4, 6, 8}}, 1)
	if !scalar.EqualWithinAbs(l.size, 24./7, 1e-12) || l.between != 1 || l.within != 5 {
		t.Errorf("%+v", l)
	}
}

func TestPermutationTest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, tt := range []struct {
		shift     float64
		low, high float64 // of p
	}{{0, .05, 1}, {1, 0, .001}} {
		packs := make([][]float64, 20)
		for i := range packs {
			for range 16 {
				packs[i] = append(packs[i], random.NormFloat64()+tt.shift*float64(i%2))
			}
		}
		if l := newPackCorrelation(packs, 1); l.p < tt.low || l.p > tt.high {
			t.Errorf("packs %v apart: %+v", tt.shift, l)
		}
	}
}

func TestNoPackCorrelation(t *testing.T) {
	for name, packs := range map[string][][]float64{
		"none": nil, "one pack": {{1, 2, 3}}, "one run each": {{1}, {2}, {3}}, "no spread": {{1, 1}, {1, 1}},
	} {
		if l := newPackCorrelation(packs, 1); !math.IsNaN(l.icc) || !math.IsNaN(l.p) || l.interval(.95).Known() {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
