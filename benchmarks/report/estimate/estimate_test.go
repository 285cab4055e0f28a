package estimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// values is a summary that is a sample itself.
type values []float64

func (v values) without(i int) values {
	return append(append(values(nil), v[:i]...), v[i+1:]...)
}

func meanOf(v values) float64 { return stat.Mean(v, nil) }
func sdOf(v values) float64   { return stat.StdDev(v, nil) }

func jackknife(v values) []Replicates[values] { return Jackknife(len(v), v.without) }

// The jackknife of a mean is Student's interval: R's t.test of 1, 2, 3, 4, 10 gives
// -0.389 to 8.389.
func TestJackknifeOfTheMeanIsStudents(t *testing.T) {
	sample := values{1, 2, 3, 4, 10}
	e := Evaluate(sample, jackknife(sample), Statistic[values]{Linear, meanOf})
	half := 2.7764451 * math.Sqrt(12.5) / math.Sqrt(5)
	if i := e.Interval(.95); !scalar.EqualWithinAbs(i.Low, 4-half, 1e-6) || !scalar.EqualWithinAbs(i.High, 4+half, 1e-6) {
		t.Errorf("%v ± %v: %v", e.Value, half, i)
	}
	if got, want := e.Interval(.95), OfMean(sample).Interval(.95); math.Abs(got.Low-want.Low) > 1e-12 {
		t.Errorf("%v and %v", got, want)
	}
}

// coverage returns the share of experiments whose 95 % interval contains the truth.
func coverage(experiments int, truth float64, draw func(*rand.Rand) Estimate) float64 {
	random := rand.New(rand.NewPCG(11, 12))
	covered := 0
	for range experiments {
		if draw(random).Interval(.95).Contains(truth) {
			covered++
		}
	}
	return float64(covered) / float64(experiments)
}

// Means of very different numbers of units and spreads: Student's interval with
// Satterthwaite's degrees of freedom. Standard deviations, and their ratio, on the
// logarithmic scale (Miller's jackknife of variances). With 3000 experiments
// the standard error of a coverage is 0.4 %.
func TestCoverage(t *testing.T) {
	t.Parallel()
	sample := func(random *rand.Rand, k int, sd float64) values {
		v := make(values, k)
		for i := range v {
			v[i] = sd * random.NormFloat64()
		}
		return v
	}
	for _, tt := range []struct {
		name  string
		truth float64
		draw  func(*rand.Rand) Estimate
	}{
		{"difference of means", 0, func(r *rand.Rand) Estimate {
			a, b := sample(r, 5, 3), sample(r, 30, 1)
			return Difference(OfMean(a), OfMean(b))
		}},
		{"sd of 13", 2, func(r *rand.Rand) Estimate {
			v := sample(r, 13, 2)
			return Evaluate(v, jackknife(v), Statistic[values]{Log, sdOf})
		}},
		{"ratio of sds of 20 and 50", 2, func(r *rand.Rand) Estimate {
			var s Series[values]
			for _, v := range []values{sample(r, 20, 2), sample(r, 50, 1)} {
				s.Add(v, jackknife(v))
			}
			return s.Evaluate(Statistic[[]values]{Log, func(v []values) float64 { return sdOf(v[0]) / sdOf(v[1]) }})
		}},
		{"standardised distance from 4", 2.5, func(r *rand.Rand) Estimate { return Standardised(2.5, sample(r, 4, 1)) }},
	} {
		if got := coverage(3000, tt.truth, tt.draw); got < .935 || got > .965 {
			t.Errorf("%s: covers in %.1f %%", tt.name, 100*got)
		}
	}
}

// An interval has Student's exact ends at every level, as deep in the tails as a family of a
// hundred comparisons needs. Tabulated: t(0.9995; 10) = 4.587, t(0.9995; 3) = 12.924.
func TestFromErrorInTheTails(t *testing.T) {
	for degrees, want := range map[float64]float64{10: 4.587, 3: 12.924, math.Inf(1): 3.291} {
		if i := FromError(1, Linear, 1, degrees).Interval(.999); math.Abs(i.High-1-want) > .001 {
			t.Errorf("%v degrees of freedom: %v", degrees, i)
		}
	}
	if i := FromError(.5, Fisher, .1, math.Inf(1)).Interval(.95); math.Abs(math.Atanh(i.High)-math.Atanh(.5)-.196) > 1e-4 {
		t.Errorf("a correlation: %v", i)
	}
	for name, e := range map[string]Estimate{"no error": FromError(1, Linear, math.NaN(), 3), "r = 1": FromError(1, Fisher, .1, 3), "negative": FromError(-1, Log, .1, 3)} {
		if e.Interval(.95).Known() {
			t.Errorf("%s: %v", name, e.Interval(.95))
		}
	}
	if i := FromError(2, Log, 0, math.NaN()).Interval(.95); i != (Interval{2, 2}) {
		t.Errorf("equal values: %v", i)
	}
}

func TestDifferenceAndRatio(t *testing.T) {
	a, b := FromError(5, Linear, .3, math.Inf(1)), FromError(2, Linear, .4, math.Inf(1))
	if i := Difference(a, b).Interval(.95); math.Abs(i.High-3-.98) > 1e-3 || math.Abs(i.Low-3+.98) > 1e-3 {
		t.Errorf("difference %v, want 3 ± 1.96 x 0.5", i)
	}
	if i := Ratio(FromError(5, Log, .3, math.Inf(1)), FromError(2, Log, .4, math.Inf(1))).Interval(.95); math.Abs(math.Log(i.High/2.5)-.98) > 1e-3 {
		t.Errorf("ratio %v", i)
	}
	if Difference(a, Unknown()).Interval(.95).Known() || a.Plus(1).Interval(.95).High != a.Interval(.95).High+1 {
		t.Error("an unknown number, or a constant")
	}
}

// Numbers of known standard errors combine by error propagation.
func TestPairs(t *testing.T) {
	type numbers struct{ a, b float64 }
	v := numbers{3, 4}
	e := Evaluate(v, []Replicates[numbers]{
		Pair(numbers{3 - .1, 4}, numbers{3 + .1, 4}, math.Inf(1)), Pair(numbers{3, 4 - .2}, numbers{3, 4 + .2}, math.Inf(1)),
	}, Statistic[numbers]{Linear, func(n numbers) float64 { return n.a * n.b }})
	half := 1.959964 * math.Hypot(4*.1, 3*.2)
	if i := e.Interval(.95); math.Abs(i.High-12-half) > 1e-4 || math.Abs(i.Low-12+half) > 1e-4 {
		t.Errorf("%v, want 12 ± %v", i, half)
	}
}

func TestSeries(t *testing.T) {
	var s Series[values]
	for _, v := range []values{{1, 2, 3}, {4, 6, 8, 10}} {
		s.Add(v, jackknife(v))
	}
	sum := Statistic[[]values]{Linear, func(v []values) float64 { return meanOf(v[0]) + meanOf(v[1]) }}
	e := s.Evaluate(sum)
	va, vb := 1./3, 20./3/4
	degrees := (va + vb) * (va + vb) / (va*va/2 + vb*vb/3)
	want := distuv.StudentsT{Sigma: 1, Nu: degrees}.Quantile(.975) * math.Sqrt(va+vb)
	if i := e.Interval(.95); e.Value != 9 || math.Abs(i.High-9-want) > 1e-9 {
		t.Errorf("%v: %v, want ± %v", e.Value, i, want)
	}
	if large := s.Select(func(v values) bool { return len(v) > 3 }); len(large.Summaries) != 1 || large.Replicates[0] == nil {
		t.Errorf("selected %v", large.Summaries)
	}
	s.Add(values{1}, jackknife(values{1}))
	if e := s.Evaluate(sum); e.Value != 9 || e.Interval(.95).Known() {
		t.Errorf("a size of one unit: %v", e)
	}
}

func TestPreferReplicated(t *testing.T) {
	even := func(n int) bool { return n%2 == 0 }
	if got := PreferReplicated([]int{1, 2, 3}, even); len(got) != 1 || got[0] != 2 {
		t.Errorf("got %v", got)
	}
	if got := PreferReplicated([]int{1, 3}, even); len(got) != 2 {
		t.Errorf("none has replicates: got %v", got)
	}
}
