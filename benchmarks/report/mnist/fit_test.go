package mnist

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

var paperSizes = []int{25, 50, 100, 250, 500}

func paperSummaries() []summary {
	var all []summary
	for _, n := range paperSizes {
		p, _ := publishedSummary(n)
		all = append(all, p)
	}
	return all
}

// The expected optimum was computed by another program from the points of Fig. 7;
// the means here are rounded to five decimals.
func TestFitOfThePublishedMeans(t *testing.T) {
	fit := fitLoss(paperSummaries())
	for _, tt := range []struct {
		name                 string
		got, want, tolerance float64
	}{
		{"c", fit.c, .07363, 2e-5},
		{"alpha", fit.alpha, 7.829, .02},
		{"beta", fit.beta, -.8128, .001},
		{"rms residual", fit.rms, .0028, 5e-5},
		{"gamma", gamma(paperSummaries()), 1.1996, .003},
	} {
		if !scalar.EqualWithinAbs(tt.got, tt.want, tt.tolerance) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// Fits to losses that follow a law exactly return its coefficients.
func TestFitsRecoverCoefficients(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		law := lossFit{
			c:     rapid.Float64Range(.01, 2).Draw(t, "c"),
			alpha: rapid.Float64Range(1, 15).Draw(t, "alpha"),
			beta:  rapid.Float64Range(-2, -.3).Draw(t, "beta"),
		}
		gamma := rapid.Float64Range(-1, 3).Draw(t, "gamma")
		all := paperSummaries()
		for i, s := range all {
			n := float64(s.n)
			all[i].test = moments{law.c * math.Exp(law.alpha*math.Pow(n, law.beta)), .1 * math.Pow(n, -gamma/2)}
		}
		got := fitLoss(all)
		for _, pair := range [][2]float64{{got.c, law.c}, {got.alpha, law.alpha}, {got.beta, law.beta}, {got.at(77), law.at(77)}} {
			if !scalar.EqualWithinAbsOrRel(pair[0], pair[1], 1e-4, 1e-4) {
				t.Fatalf("got %+v, want %+v", got, law)
			}
		}
		if v := fitVariance(all); !scalar.EqualWithinAbsOrRel(-v.Exponent, gamma, 1e-9, 1e-9) || !scalar.EqualWithinRel(v.At(1), .01, 1e-9) {
			t.Fatalf("got %+v, want gamma %v", v, gamma)
		}
	})
}

// No coefficients near those of the fit give a smaller sum of squares.
func TestFitIsALeastSquaresOptimum(t *testing.T) {
	squares := func(f lossFit, s []summary) float64 {
		sum := 0.0
		for _, v := range s {
			d := math.Log(v.test.mean) - math.Log(f.at(float64(v.n)))
			sum += d * d
		}
		return sum
	}
	rapid.Check(t, func(t *rapid.T) {
		all := paperSummaries()
		for i := range all {
			all[i].test.mean *= rapid.Float64Range(.97, 1.03).Draw(t, "noise")
		}
		fit := fitLoss(all)
		if !fit.known() {
			return
		}
		best := squares(fit, all)
		if want := 5 * fit.rms * fit.rms; !scalar.EqualWithinAbsOrRel(best, want, 1e-15, 1e-6) {
			t.Fatalf("sum of squares %v, from rms %v", best, want)
		}
		near := fit
		near.c *= rapid.Float64Range(.99, 1.01).Draw(t, "c")
		near.alpha *= rapid.Float64Range(.9, 1.1).Draw(t, "alpha")
		near.beta *= rapid.Float64Range(.9, 1.1).Draw(t, "beta")
		if other := squares(near, all); other < best*(1-1e-9) {
			t.Fatalf("%+v with %v is better than %+v with %v", near, other, fit, best)
		}
	})
}

func TestFitsNeedSizes(t *testing.T) {
	all := paperSummaries()
	if fitLoss(all[:2]).known() || !fitLoss(all[:3]).known() {
		t.Error("a fit of three coefficients takes three sizes")
	}
	if fitVariance(all[:1]).Known() || !fitVariance(all[:2]).Known() {
		t.Error("a fit of two coefficients takes two sizes")
	}
	for i := range all {
		all[i].test.mean = .1 // no beta is best
	}
	all[2].test.mean = .3
	if f := fitLoss(all); f.known() && (f.beta < lowestBeta || f.beta > highestBeta) {
		t.Errorf("%+v is outside the range", f)
	}
}

// The ratios of the losses in Fig. 7 to those in Fig. 3.
func TestPaperFactors(t *testing.T) {
	for i, want := range []float64{1.43655, 1.18012, 1.07856, 1.02721, 1.01234} {
		if got := paperFactor(paperSizes[i]); !scalar.EqualWithinRel(got, want, 1e-3) {
			t.Errorf("n = %d: %v, want %v", paperSizes[i], got, want)
		}
	}
}
