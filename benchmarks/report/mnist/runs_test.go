package mnist

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// The statistics of Anscombe's first data set (The American Statistician 27, 1973)
// are published.
func TestSummaryOfAnscombe(t *testing.T) {
	x := []float64{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5}
	y := []float64{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68}
	var runs []mnist.Run
	for i := range x {
		runs = append(runs, finishedRun(25, i, x[i], y[i]))
	}
	s := groupRuns(runs, []int{25})[0]
	got := s.summary()
	for _, tt := range []struct {
		name                 string
		got, want, tolerance float64
	}{
		{"mean of x", got.train.mean, 9, 1e-12},
		{"sd of x", got.train.sd, math.Sqrt(11), 1e-12},
		{"mean of y", got.test.mean, 7.500909, 1e-6},
		{"variance of y", got.test.sd * got.test.sd, 4.127269, 1e-6},
		{"correlation", got.r, .81642051634484, 1e-12},
	} {
		if !scalar.EqualWithinAbs(tt.got, tt.want, tt.tolerance) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if got.runs != 11 || got.packs != 1 || got.n != 25 {
		t.Errorf("%+v", got)
	}
}

// The bootstrap interval of the mean of many packs is close to the mean plus and
// minus 1.96 standard errors of the means of the packs.
func TestBootstrapOfPackedMean(t *testing.T) {
	t.Parallel()
	plan := mnist.Plan{Sizes: []int{25}, Runs: 16 * 200}
	runs := drawPaperRuns(plan)
	for i := range runs { // packs far apart: runs would give a far narrower interval
		runs[i].TestLoss += mnist.NullableFloat(.02 * math.Sin(float64(runs[i].Run/16)))
	}
	s := groupRuns(runs, plan.Sizes)[0]
	var means []float64
	for _, pack := range s.packs {
		means = append(means, summarise(pack).test.mean)
	}
	of := newMoments(means)
	got := estimate.Percentiles(valuesOf(s.bootstrap(), func(s summary) float64 { return s.test.mean }), .95)
	half := 1.96 * of.sd / math.Sqrt(200)
	for _, end := range []struct{ got, want float64 }{{got.Low, of.mean - half}, {got.High, of.mean + half}} {
		if math.Abs(end.got-end.want) > .1*half {
			t.Errorf("interval %v, want %v +- %v", got, of.mean, half)
		}
	}
}

// If all packs have the same mean, resampling packs does not change the mean, but
// resampling their runs does.
func TestBootstrapResamplesRunsOnlyOfFewPacks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		packs int
		wide  bool
	}{{fewPacks - 1, true}, {fewPacks, false}} {
		s := sizeRuns{n: 25}
		for range tt.packs {
			s.packs = append(s.packs, []runResult{{test: 1}, {test: 3}})
		}
		i := estimate.Percentiles(valuesOf(s.bootstrap(), meanTest), .95)
		if wide := i.High-i.Low > .3; wide != tt.wide || i.Low > 2 || i.High < 2 {
			t.Errorf("%d packs: interval %v", tt.packs, i)
		}
	}
}

// The resamples of the published numbers have the standard errors of normal
// theory.
func TestResamplePublished(t *testing.T) {
	p, _ := publishedSummary(100)
	draws := resamplePublished(p)
	for _, tt := range []struct {
		name     string
		of       func(summary) float64
		mean, sd float64
	}{
		{"mean", meanTest, .08881, .00170 / math.Sqrt(1000)},
		{"log sd", func(s summary) float64 { return math.Log(s.test.sd) }, math.Log(.00170), 1 / math.Sqrt(2000)},
		{"z", func(s summary) float64 { return math.Atanh(s.r) }, math.Atanh(.5983), 1 / math.Sqrt(997)},
	} {
		got := newMoments(valuesOf(draws, tt.of))
		if math.Abs(got.mean-tt.mean) > .1*tt.sd || math.Abs(got.sd/tt.sd-1) > .05 {
			t.Errorf("%s: %v ± %v, want %v ± %v", tt.name, got.mean, got.sd, tt.mean, tt.sd)
		}
	}
}

func TestBootstrapNeedsTwoPacks(t *testing.T) {
	runs := drawPaperRuns(mnist.Plan{Sizes: []int{25}, Runs: 17})
	one, two := groupRuns(runs[:16], []int{25})[0], groupRuns(runs, []int{25})[0]
	if one.bootstrap() != nil {
		t.Error("a bootstrap of one pack")
	}
	a, b := two.bootstrap(), two.bootstrap()
	for i := range a {
		if a[i] != b[i] && !math.IsNaN(a[i].r) {
			t.Fatalf("resample %d differs: %v, %v", i, a[i], b[i])
		}
	}
}

func valuesOf(summaries []summary, statistic func(summary) float64) []float64 {
	values := make([]float64, len(summaries))
	for i, s := range summaries {
		values[i] = statistic(s)
	}
	return values
}
