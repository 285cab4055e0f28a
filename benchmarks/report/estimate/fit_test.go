package estimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"
)

// A fit by hand:
// y = 1, 3, 2 at x = 0, 1, 2 with errors 1.
func TestFitLineByHand(t *testing.T) {
	points := []Point{{0, 1, 1, math.Inf(1)}, {1, 3, 1, math.Inf(1)}, {2, 2, 1, math.Inf(1)}}
	l := FitLine(points)
	if !scalar.EqualWithinAbs(l.Intercept, 1.5, 1e-12) || !scalar.EqualWithinAbs(l.Slope, .5, 1e-12) {
		t.Errorf("%+v", l)
	}
	// Residuals -0.5, 1, -0.5; P(chi squared with 1 degree of freedom > 1.5) = 0.2207.
	if g := l.Test(points); !scalar.EqualWithinAbs(g.Chi2, 1.5, 1e-12) || g.DOF != 1 || !scalar.EqualWithinAbs(g.P, .2207, 1e-4) {
		t.Errorf("%+v", g)
	}
	points[1].Error = 1e6 // of weight 0
	if l := FitLine(points); !scalar.EqualWithinAbs(l.Slope, .5, 1e-9) || !scalar.EqualWithinAbs(l.Intercept, 1, 1e-9) {
		t.Errorf("weighted: %+v", l)
	}
	if FitLine(points[:1]).Known() || FitLine(points[:2]).Known() {
		t.Error("a line through two points, or one")
	}
	points[0].Error = math.NaN()
	if l := FitLine(points); !l.Known() || l.Test(points).Known() {
		t.Error("without errors there is a fit, but no test")
	}
}

// Fits of points that follow a law exactly return its coefficients.
func TestFitPowerRecovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		law := Power{
			Limit:    rapid.Float64Range(-2, 2).Draw(t, "limit"),
			Factor:   rapid.Float64Range(1, 15).Draw(t, "factor"),
			Exponent: rapid.Float64Range(-2, -.3).Draw(t, "exponent"),
		}
		var points []Point
		for _, x := range []float64{25, 50, 100, 250, 500} {
			points = append(points, Point{x, law.At(x), rapid.Float64Range(.001, .1).Draw(t, "error"), 12})
		}
		nan := math.NaN()
		for _, form := range []PowerForm{{nan, nan}, {law.Limit, nan}, {nan, law.Exponent}, {law.Limit, law.Exponent}} {
			got := FitPower(points, form)
			for _, pair := range [][2]float64{{got.Limit, law.Limit}, {got.Factor, law.Factor}, {got.Exponent, law.Exponent}, {got.At(77), law.At(77)}} {
				if !scalar.EqualWithinAbsOrRel(pair[0], pair[1], 1e-3, 1e-3) {
					t.Fatalf("%+v: got %+v, want %+v", form, got, law)
				}
			}
			if g := got.Test(points, form); g.DOF != 5-form.coefficients() || g.Chi2 > 1e-3 || !(g.P > .99) {
				t.Fatalf("%+v: %+v", form, g)
			}
		}
	})
}

func TestFitPowerNeedsPoints(t *testing.T) {
	nan := math.NaN()
	points := []Point{{25, 3, 1, 5}, {50, 2, 1, 5}, {100, 1.5, 1, 5}, {250, 1.3, 1, 5}}
	for _, form := range []PowerForm{{nan, nan}, {1, nan}, {nan, -1}, {1, -1}} {
		n := form.coefficients()
		if FitPower(points[:n], form).Known() || !FitPower(points[:n+1], form).Known() {
			t.Errorf("%+v: %d coefficients take more than as many points", form, n)
		}
	}
	for i := range points {
		points[i].Y = .1 // no exponent is best
	}
	points[2].Y = .3
	if p := FitPower(points, PowerForm{nan, nan}); p.Known() && (p.Exponent < LowestExponent || p.Exponent > HighestExponent) {
		t.Errorf("%+v is outside the range", p)
	}
}

// Of laws that are true, the test rejects one in twenty at p < 0.05, although the standard
// errors come from four to thirteen units only. Chi squared itself would reject
// more than one in six.
func TestGoodnessIsCalibrated(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	const experiments = 4000
	rejected, naive := 0, 0
	for range experiments {
		var points []Point
		for i, units := range []int{13, 13, 10, 6, 4} {
			x := float64(i)
			sample := make([]float64, units)
			for k := range sample {
				sample[k] = 2 - x + (1+x)*random.NormFloat64()
			}
			points = append(points, Point{x, stat.Mean(sample, nil), stat.StdDev(sample, nil) / math.Sqrt(float64(units)), float64(units - 1)})
		}
		l := FitLine(points)
		g := l.Test(points)
		if g.P < .05 {
			rejected++
		}
		if residualTail(g.Chi2, 3, 0) < .05 {
			naive++
		}
	}
	if share := float64(rejected) / experiments; share < .03 || share > .07 {
		t.Errorf("rejects %.1f %% of true laws", 100*share)
	}
	if share := float64(naive) / experiments; share < .1 {
		t.Errorf("chi squared rejects %.1f %%: the correction is not tested", 100*share)
	}
}
