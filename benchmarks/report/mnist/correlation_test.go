package mnist

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
)

// Selecting a narrow range of x lowers the correlation; the correction restores it.
func TestCorrectionUndoesSelection(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var x, y, allX []float64
	const r = .7
	for range 200000 {
		a := random.NormFloat64()
		b := r*a + math.Sqrt(1-r*r)*random.NormFloat64()
		allX = append(allX, a)
		if math.Abs(a) < .5 {
			x, y = append(x, a), append(y, b)
		}
	}
	low := stat.Correlation(x, y, nil)
	got := correctForRange(low, stat.StdDev(allX, nil)/stat.StdDev(x, nil))
	if low > .35 || math.Abs(got-r) > .02 {
		t.Errorf("correlation %v within the selection, corrected %v, want %v", low, got, r)
	}
}

func TestCorrectForRange(t *testing.T) {
	for _, tt := range []struct{ r, u, want float64 }{
		{.5, 2, 1 / math.Sqrt(1.75)}, {.3, 1, .3}, {0, 5, 0}, {-.5, 2, -1 / math.Sqrt(1.75)}, {1, 3, 1},
	} {
		if got := correctForRange(tt.r, tt.u); !scalar.EqualWithinAbs(got, tt.want, 1e-15) {
			t.Errorf("r = %v, u = %v: got %v, want %v", tt.r, tt.u, got, tt.want)
		}
	}
}

// The correlations of Table 1 decrease with the size; corrected, they increase.
func TestSlopesOfThePaper(t *testing.T) {
	all := paperSummaries()
	if got := correlationSlope(all); math.Abs(got+.078) > .001 {
		t.Errorf("%v per doubling", got)
	}
	if got := correctedPearson(500)(all); !scalar.EqualWithinAbs(got, .4081*9/math.Sqrt(1-.4081*.4081+.4081*.4081*81), 1e-12) {
		t.Errorf("corrected at 500 units: %v", got)
	}
	if got := correctedSlope(all); got < .04 {
		t.Errorf("corrected: %v per doubling", got)
	}
	if got := correctedSlope(all[1:]); !math.IsNaN(got) {
		t.Errorf("corrected without size 25: %v", got)
	}
}
