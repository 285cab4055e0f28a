package landscape

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var all = math.Inf(1)

// nearRatio fails the test unless the relative difference is at most within.
func nearRatio(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	near(t, what, got/want, 1, within)
}

// Independently computed counts, to the digits given.
func TestMeanCount(t *testing.T) {
	for _, want := range []struct {
		p, n          int
		total, within float64
	}{
		{3, 2, 5.29150262, 1e-9}, {3, 3, 10.55235974, 1e-9}, {3, 4, 18.790234, 3e-8}, {3, 5, 31.496914, 2e-8}, {3, 6, 50.873137, 1.1e-8},
		{3, 7, 80.155602, 1e-8}, {3, 8, 124.091986, 5e-9}, {3, 9, 189.630009, 4e-9}, {3, 10, 286.915880, 3e-9}, {3, 12, 642.623830, 2e-9},
		{3, 15, 2076.228, 3e-7}, {3, 20, 13842.23, 4e-7}, {3, 25, 88575.02, 2e-7}, {3, 50, 7.41791563e8, 4e-8}, {3, 100, 3.557070e16, 2e-7},
		{4, 3, 15.1453414, 4e-9}, {4, 5, 65.88636, 8e-8}, {4, 8, 464.81113, 2e-8}, {4, 10, 1595.7047, 4e-8},
	} {
		nearRatio(t, "total", MeanCount(want.p, want.n, all), want.total, want.within)
	}
}

func TestClosedForms(t *testing.T) {
	for p := 2; p <= 12; p++ {
		r := float64(p)
		nearRatio(t, "N = 2", MeanCount(p, 2, all), 2*math.Sqrt(3*r-2), 1e-13)
		nearRatio(t, "N = 3", MeanCount(p, 3, all), 2+8*math.Pow(r-1, 1.5)/math.Sqrt(3*r-2), 1e-13)
	}
	// A quadratic form has the two unit eigenvectors of each eigenvalue.
	for _, n := range []int{2, 3, 4, 9, 10, 33, 50, 200, 1000} {
		nearRatio(t, "p = 2", MeanCount(2, n, all), 2*float64(n), 1e-13)
	}
}

// Bounds and symmetries of the mean count, for any p, size and energy.
func TestMeanCountProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(2, 8).Draw(t, "p")
		n := rapid.IntRange(2, 40).Draw(t, "n")
		u := rapid.Float64Range(-3, 3).Draw(t, "u")
		total, below := MeanCount(p, n, all), MeanCount(p, n, u)
		if more := MeanCount(p, n, u+.1); !(below < more*(1+1e-12) && more <= total*(1+1e-12)) {
			t.Fatalf("%v up to u, %v up to u + .1, %v in all", below, more, total)
		}
		// L(-w) = (-1)^p L(w) and L is distributed as -L: as many above u as below -u.
		if other := MeanCount(p, n, -u); math.Abs(below+other-total) > 1e-12*total {
			t.Fatalf("%v below u, %v below -u, %v in all", below, other, total)
		}
		// Twice the number of eigenvectors of a tensor (Cartwright and Sturmfels, 2013).
		if q := float64(p - 1); p > 2 && total > 2*(math.Pow(q, float64(n))-1)/(q-1) {
			t.Fatalf("%v critical points", total)
		}
	})
}

// For n = 2 the density of eigenvalues equals a closed form.
func TestDensityOfTwo(t *testing.T) {
	for x := -6.0; x <= 6; x += .25 {
		// Integrating |x-y| exp(-(x^2+y^2)/2) over y: 2 (exp(-x^2/2) + x erf(x/sqrt 2) sqrt(pi/2))
		want := (math.Exp(-x*x/2) + x*math.Erf(x/math.Sqrt2)*math.Sqrt(math.Pi/2)) * math.Exp(-x*x/2) / math.Sqrt(math.Pi)
		near(t, "log density", logDensity(2, x), math.Log(want), 1e-13)
	}
	// The continued fraction continues the error function without a jump.
	near(t, "Mills' ratio", millsRatio(25-1e-13)/millsRatio(25), 1, 1e-13)
}

// The exact counts approach their limits on both sides of -E_inf.
func TestLimits(t *testing.T) {
	for _, want := range []struct {
		n     int
		u     float64
		ratio float64 // as computed independently
	}{{200, .5, .995}, {200, -1, .967}, {200, -1.8, .97}} {
		near(t, "exact/limit", math.Exp(LogMeanCount(3, want.n, want.u)-LogMeanCountLimit(3, want.n, want.u)), want.ratio, .002)
	}
	for p := 3; p <= 6; p++ {
		for _, u := range []float64{-2.3, -1, -.8, 0, 1} {
			miss := func(n int) float64 { return LogMeanCount(p, n, u) - LogMeanCountLimit(p, n, u) }
			if few, many := math.Abs(miss(60)), math.Abs(miss(240)); many > .04 || many > .35*few+1e-12 {
				t.Errorf("p = %d, u = %v: off by %v with 60 spins and by %v with 240", p, u, few, many)
			}
		}
	}
}

// At -E_inf the exact counts exceed the printed constant .580 and approach .908, with
// corrections of order n^(-1/3).
func TestMisprintOfEdgeConstant(t *testing.T) {
	t.Parallel()
	constant := math.Exp(LogMeanCountLimit(3, 1000, -Threshold(3))-1000*Complexity(3, -Threshold(3))) * 10
	near(t, "constant", constant, .9079287, 5e-8)
	const printed = .57976
	var scaled []float64
	for _, want := range []struct {
		n      int
		scaled float64
	}{{200, .563}, {800, .668}, {3200, .748}, {12800, .804}, {51200, .841}} {
		if testing.Short() && want.n > 5000 {
			break
		}
		n := float64(want.n)
		got := math.Exp(LogMeanCount(3, want.n, -Threshold(3))-n*Complexity(3, -Threshold(3))) * math.Cbrt(n)
		near(t, "exact, scaled", got, want.scaled, 6e-4)
		scaled = append(scaled, got)
	}
	last := len(scaled) - 1
	if scaled[last] < printed+.1 {
		t.Errorf("%v approach the printed constant", scaled)
	}
	// Between sizes n/4 and n a correction in n^(-1/3) cancels in (r f(n) - f(n/4))/(r - 1), r = 4^(1/3).
	r := math.Cbrt(4)
	near(t, "extrapolated", (r*scaled[last]-scaled[last-1])/(r-1), constant, .025)
}
