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

// The correlations of Table 1 decrease with the size; at one spread of the train loss they
// would increase. Narrowing alone would lower the correlation of 25 units far more.
func TestCorrelationsOfThePaper(t *testing.T) {
	s, all := publishedSeries(), paperSummaries()
	if got := correlationChange(s)[0].Value; !scalar.EqualWithinAbs(got, .4081-.7616, 1e-12) {
		t.Errorf("change %v", got)
	}
	if got := correctedPearson(500).Of(all); !scalar.EqualWithinAbs(got, .4081*9/math.Sqrt(1-.4081*.4081+.4081*.4081*81), 1e-12) {
		t.Errorf("corrected at 500 units: %v", got)
	}
	if got := correctedChange(s)[0].Value; !(got > .1) {
		t.Errorf("corrected change %v", got)
	}
	if got, want := narrowedPearson(all, 500), correctForRange(.7616, 1./9); !scalar.EqualWithinAbs(got, want, 1e-12) || got > .14 {
		t.Errorf("25 units narrowed to the spread of 500: %v, want %v", got, want)
	}
	without := fromSize(s, 50)
	if correctedChange(without) != nil || correlationChange(fromSize(s, 500)) != nil {
		t.Error("a change without its sizes")
	}
}

// The corrected correlation is a function of slope and scatter alone, given the spread.
func TestCorrectionIsSlopeOverScatter(t *testing.T) {
	for _, v := range paperSummaries() {
		k := v.regressionSlope() * .0036 / v.scatter()
		if got, want := correctForRange(v.r, .0036/v.train.sd), k/math.Sqrt(1+k*k); !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Errorf("n = %d: %v, want %v", v.n, got, want)
		}
	}
}
