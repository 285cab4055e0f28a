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

// The interval of the mean is Student's with two degrees of freedom: t = 4.3027.
func TestIntervalOfTheMeanByHand(t *testing.T) {
	plan, runs := byHand()
	one := newSizeResults(runs, plan)[0]
	half := 4.302653 * .2 * math.Sqrt(7) / math.Sqrt(3)
	if i := one.evaluate(meanEnergy).Interval(.95); math.Abs(i.Low+.8+half) > 1e-5 || math.Abs(i.High+.8-half) > 1e-5 {
		t.Errorf("mean: %v, want %v and %v", i, -.8-half, -.8+half)
	}
}

// The 95 % intervals contain the true values in 95 % of experiments, even with four disorders
// for the mean. An interval that took the runs for independent would contain
// it in a third of them.
func TestIntervalCovers(t *testing.T) {
	t.Parallel()
	const experiments = 3000 // a standard error of 0.4 %
	random := rand.New(rand.NewPCG(5, 6))
	for disorders, statistics := range map[int]map[string]statistic{
		4: {"mean": meanEnergy}, 13: {"mean": meanEnergy, "within": sdWithin, "between": sdBetween},
	} {
		truth := map[string]float64{"mean": -1.5, "within": .04, "between": math.Sqrt(.02*.02 + .04*.04/25)}
		covered := make(map[string]int)
		plan := fakePlan(3, 25, disorders, 50)
		for range experiments {
			var runs []spinglass.Run
			for d := range disorders {
				mean := .02 * random.NormFloat64()
				for start := range plan.Starts {
					runs = append(runs, spinglass.Run{N: 50, Run: d*plan.Starts + start, Disorder: d, Energy: -1.5 + mean + .04*random.NormFloat64()})
				}
			}
			size := sizeResult{sizeRuns: groupRuns(runs, plan)[0]}
			size.here, size.replicates = size.summary(), size.sizeRuns.replicates()
			for name, of := range statistics {
				if size.evaluate(of).Interval(.95).Contains(truth[name]) {
					covered[name]++
				}
			}
		}
		for name := range statistics {
			if share := float64(covered[name]) / experiments; share < .935 || share > .965 {
				t.Errorf("%d disorders: %s covered in %.1f %%", disorders, name, 100*share)
			}
		}
	}
}

func TestFits(t *testing.T) {
	series := func(mean func(n float64) float64) series {
		var s series
		for _, n := range []float64{25, 100, 400, 800} {
			v := summary{n: int(n), disorders: 10, starts: 100, mean: mean(n), within: 3 * math.Pow(n, -.7), between: .01}
			low, high := v, v
			low.mean, high.mean = v.mean-.001, v.mean+.001
			low.within, high.within = v.within*.99, v.within*1.01
			s.Add(v, replicates{estimate.Pair(low, high, 9)})
		}
		return s
	}
	law := series(func(n float64) float64 { return -1.5 + 2*math.Pow(n, -2./3) })
	fits := fitApproaches(law, 3)
	if a := fits[exponentGiven]; math.Abs(a.fit.Limit+1.5) > 1e-9 || math.Abs(a.fit.Factor-2) > 1e-9 || a.goodness.P < .99 || a.goodness.DOF != 2 || !a.limit.Interval(.95).Contains(-1.5) {
		t.Errorf("%+v", a)
	}
	if a := fits[bothGiven]; a.goodness.P > 1e-3 || a.goodness.DOF != 3 || a.limit.Interval(.95).Known() {
		t.Errorf("another limit is not rejected: %+v", a.goodness)
	}
	if a := fits[nothingGiven]; math.Abs(a.fit.Limit+1.5) > 1e-4 || math.Abs(a.exponent.Value-2./3) > 1e-3 || a.goodness.DOF != 1 {
		t.Errorf("%+v", a)
	}
	if got := gamma(law, varianceWithin); math.Abs(got.Value-1.4) > 1e-9 || !got.Interval(.95).Contains(1.4) {
		t.Errorf("exponent of the variance %v", got.Value)
	}
	other := fitApproaches(series(func(n float64) float64 { return -math.Sqrt(8./3) + .5*math.Pow(n, -.55) }), 3)
	if got := other[limitGiven].exponent; math.Abs(got.Value-.55) > 1e-6 {
		t.Errorf("exponent %v", got.Value)
	}
	one := law.Select(func(v summary) bool { return v.n == 25 })
	if fitApproaches(one, 3)[exponentGiven].fit.Known() || !math.IsNaN(gamma(one, varianceWithin).Value) {
		t.Error("a fit of one size")
	}
}

// The means of four disorders may by chance be more alike than those of their starts allow;
// the fits then use the latter's error.
func TestErrorOfMeansIsAtLeastThatOfTheStarts(t *testing.T) {
	var s series
	v := summary{n: 400, disorders: 4, starts: 1000, mean: -1.6, within: .0142}
	low, high := v, v
	low.mean, high.mean = v.mean-.0001, v.mean+.0001
	s.Add(v, replicates{estimate.Pair(low, high, 3)})
	if got, want := meanPoints(s)[0].Error, .0142/math.Sqrt(4000); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
}
