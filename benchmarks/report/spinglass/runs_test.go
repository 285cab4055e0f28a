package spinglass

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// Three disorders of two starts: disorder means 2, 3, 7 in units of -0.2.
func byHand() (spinglass.Plan, []spinglass.Run) {
	plan := fakePlan(3, 2, 3, 25)
	var runs []spinglass.Run
	for i, e := range []float64{1, 3, 2, 4, 5, 9} {
		runs = append(runs, spinglass.Run{N: 25, Run: i, Disorder: i / 2, Start: i % 2, Energy: -.2 * e, Steps: 10 * (i + 1), Converged: i > 0})
	}
	return plan, runs
}

func TestSummaryByHand(t *testing.T) {
	plan, runs := byHand()
	s := groupRuns(runs, plan)[0]
	v := s.summary()
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"mean", v.mean, -.2 * 4},
		{"sd of the disorder means", v.between, .2 * math.Sqrt(7)}, // (4 + 1 + 9)/2
		{"sd within a disorder", v.within, .2 * 2},                 // (2 + 2 + 8)/3
		{"sd of all", v.all, .2 * math.Sqrt(8)},                    // (9 + 1 + 4 + 0 + 1 + 25)/5
		{"lowest of a disorder", v.lowest, -.2 * 16 / 3},           // 3, 4, 9
		{"share below the threshold", v.below, 1. / 6},             // -1.8 alone
		{"median", s.quantile(.5), -.2 * 4},                        // gonum's: at the lower of two
		{"steps", s.steps, 35},
		{"converged", float64(s.converged), 5},
		{"values of a disorder", float64(s.disorders[2].values), 2},
	} {
		if !scalar.EqualWithinAbs(tt.got, tt.want, 1e-12) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// The intervals are Student's and that of chi squared with two degrees of
// freedom: t = 4.3027, chi squared 0.050636 and 7.3778.
func TestIntervalsByHand(t *testing.T) {
	plan, runs := byHand()
	one := newSizeResults(runs, plan)[0]
	sd := .2 * math.Sqrt(7)
	i := one.evaluate(meanEnergy).Interval(.95)
	half := 4.3027 * sd / math.Sqrt(3)
	if math.Abs(i.Low+.8+half) > .1*half || math.Abs(i.High+.8-half) > .1*half {
		t.Errorf("mean: %v, want %v and %v", i, -.8-half, -.8+half)
	}
	i = one.evaluate(sdBetween).Interval(.95)
	low, high := sd*math.Sqrt(2/7.3778), sd*math.Sqrt(2/.050636)
	if math.Abs(i.Low/low-1) > .05 || math.Abs(i.High/high-1) > .15 {
		t.Errorf("sd between: %v, want %v and %v", i, low, high)
	}
}

// The 95 % interval of the mean contains the true mean in 95 % of experiments, even
// with four disorders. An interval that took the runs for independent would
// contain it in a third of them.
func TestIntervalCovers(t *testing.T) {
	t.Parallel()
	const experiments = 400
	random := rand.New(rand.NewPCG(5, 6))
	plan := fakePlan(3, 25, 4, 50)
	covered := 0
	for range experiments {
		var runs []spinglass.Run
		for d := range 4 {
			mean := .02 * random.NormFloat64()
			for start := range plan.Starts {
				runs = append(runs, spinglass.Run{N: 50, Run: d*plan.Starts + start, Disorder: d, Energy: -1.5 + mean + .04*random.NormFloat64()})
			}
		}
		s := groupRuns(runs, plan)[0]
		var means []float64
		for _, v := range s.resample() {
			means = append(means, v.mean)
		}
		if i := estimate.Percentiles(means, .95); i.Low < -1.5 && -1.5 < i.High {
			covered++
		}
	}
	if share := float64(covered) / experiments; share < .92 || share > .98 { // three standard errors are 0.033
		t.Errorf("covers in %v of the experiments", share)
	}
}

func TestStandardise(t *testing.T) {
	e := standardise(3+2*math.Sqrt(2.5), []float64{1, 2, 3, 4, 5}, 1)
	i := e.Interval(.95)
	if math.Abs(e.Value-2) > 1e-12 || i.Low > 1 || i.Low < .2 || i.High < 3 || i.High > 4 {
		t.Errorf("%v, %v", e.Value, i)
	}
	for _, few := range [][]float64{nil, {1}, {1, 1}} {
		if e := standardise(2, few, 1); !math.IsNaN(e.Value) || e.Resamples != nil {
			t.Errorf("%v: %v", few, e)
		}
	}
}

func TestFits(t *testing.T) {
	var all []summary
	for _, n := range []float64{25, 100, 400} {
		all = append(all, summary{n: int(n), disorders: int(n), mean: -1.5 + 2*math.Pow(n, -2./3), within: 3 * math.Pow(n, -.7)})
	}
	if l := fitFiniteSize(all); math.Abs(l.limit+1.5) > 1e-12 || math.Abs(l.slope-2) > 1e-12 || math.Abs(l.at(64)-(-1.5+2./16)) > 1e-12 {
		t.Errorf("%+v", l)
	}
	if got := gamma(sdWithin)(all); math.Abs(got-1.4) > 1e-12 {
		t.Errorf("exponent of the variance %v", got)
	}
	for i := range all {
		all[i].mean = -math.Sqrt(8./3) + .5*math.Pow(float64(all[i].n), -.55)
	}
	if got := approachExponent(3)(all); math.Abs(got-.55) > 1e-12 {
		t.Errorf("exponent %v", got)
	}
	if l := fitFiniteSize(all[:1]); l.known() || !math.IsNaN(approachExponent(3)(all[:1])) || !math.IsNaN(gamma(sdWithin)(all[:1])) {
		t.Error("a fit of one size")
	}
	all[0].mean = -2
	if !math.IsNaN(approachExponent(3)(all)) {
		t.Error("an exponent of means below their limit")
	}
}
