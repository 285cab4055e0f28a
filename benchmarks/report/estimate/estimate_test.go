package estimate

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

func TestPercentiles(t *testing.T) {
	var values []float64
	for i := range 1001 {
		values = append(values, float64(1000-i))
	}
	if got := Percentiles(values, .95); math.Abs(got.Low-25) > 1 || math.Abs(got.High-975) > 1 {
		t.Errorf("got %v", got)
	}
	for i := range 60 {
		values[i] = math.NaN()
	}
	if got := Percentiles(values, .95); got.Known() {
		t.Errorf("an interval of values that are mostly unknown: %v", got)
	}
	if Percentiles(nil, .95).Known() {
		t.Error("an interval of nothing")
	}
}

// A statistic of a series is computed on the data and on each resample, sizes
// being combined resample by resample.
func TestEvaluateSeries(t *testing.T) {
	resamples := func(factor float64) []float64 {
		values := make([]float64, ResampleCount)
		for i := range values {
			values[i] = factor * float64(i)
		}
		return values
	}
	var s Series[float64]
	s.Add(5, resamples(1))
	s.Add(7, resamples(10))
	sum := func(v []float64) float64 { return v[0] + v[1] }
	e := s.Evaluate(sum)
	if e.Value != 12 || len(e.Resamples) != ResampleCount || e.Resamples[3] != 33 {
		t.Errorf("%v, %d resamples", e.Value, len(e.Resamples))
	}
	if d := Difference(e, e.Plus(1)); d.Value != -1 || d.Resamples[7] != -1 {
		t.Errorf("difference %v", d.Value)
	}
	if large := s.Select(func(v float64) bool { return v > 6 }); len(large.Summaries) != 1 || large.Resamples[0][1] != 10 {
		t.Errorf("selected %v", large.Summaries)
	}
	s.Add(0, nil)
	if e := s.Evaluate(sum); e.Value != 12 || e.Resamples != nil || e.Interval(.95).Known() {
		t.Errorf("a size without resamples: %v", e)
	}
}

func TestPreferResampled(t *testing.T) {
	even := func(n int) bool { return n%2 == 0 }
	if got := PreferResampled([]int{1, 2, 3}, even); len(got) != 1 || got[0] != 2 {
		t.Errorf("got %v", got)
	}
	if got := PreferResampled([]int{1, 3}, even); len(got) != 2 {
		t.Errorf("none has resamples: got %v", got)
	}
}

func TestFitScaling(t *testing.T) {
	sizes := []int{25, 100, 400}
	var logs []float64
	for _, n := range sizes {
		logs = append(logs, math.Log(3)-.7*math.Log(float64(n)))
	}
	fit := FitScaling(sizes, logs, nil)
	if !scalar.EqualWithinAbs(fit.Exponent, -.7, 1e-12) || !scalar.EqualWithinAbs(fit.At(100), 3*math.Pow(100, -.7), 1e-12) || !fit.Known() {
		t.Errorf("%+v", fit)
	}
	logs[2] += 1 // of weight 0
	if fit := FitScaling(sizes, logs, []float64{1, 1, 0}); !scalar.EqualWithinAbs(fit.Factor, 3, 1e-12) {
		t.Errorf("weighted: %+v", fit)
	}
	if FitScaling(sizes[:1], logs[:1], nil).Known() {
		t.Error("a fit of one size")
	}
}

// Equal streams and keys give equal numbers, others do not.
func TestNewRand(t *testing.T) {
	first := NewRand(PackBootstrap, 25).Uint64()
	if first != NewRand(PackBootstrap, 25).Uint64() || first == NewRand(PublishedLosses, 25).Uint64() || first == NewRand(PackBootstrap, 26).Uint64() {
		t.Error("streams are not told apart by their names and keys")
	}
}
