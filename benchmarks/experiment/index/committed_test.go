package index

import (
	"math"
	"testing"
)

// The committed points of two networks are what an independent program, in NumPy with its own
// Hessian and LAPACK's eigenvalues, computed beforehand from the same weights.
func TestCommittedPoints(t *testing.T) {
	results, err := ReadRuns("../../../results/index/n10")
	if err != nil {
		t.Fatal(err)
	}
	for run, want := range []struct {
		gradient, smallest, largest float64
		below3, below6, near        int
	}{
		{.00323, -1.485e-4, 1.5659, 0, 14, 722},
		{.00447, -1.114e-3, 1.7597, 1, 25, 718},
	} {
		p := results.Runs[run].Point
		at3, _ := p.Index(1e-3)
		at6, _ := p.Index(1e-6)
		digits := func(got, want, unit float64) bool { return math.Abs(got-want) <= unit/2*(1+1e-9) }
		if results.Runs[run].Run.Run != run || at3 != want.below3 || at6 != want.below6 || p.NearZero() != want.near ||
			!digits(p.GradientNorm, want.gradient, 1e-5) || !digits(p.Smallest.Value, want.smallest, 1e-6) || !digits(p.Largest.Value, want.largest, 1e-4) {
			t.Errorf("run %d: %+v, want %+v", run, p, want)
		}
	}
}
