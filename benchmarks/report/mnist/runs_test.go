package mnist

import (
	"math"
	"math/rand/v2"
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

// drawPacks draws packs of 16 correlated train and test losses with correlation r, of which
// the share icc of the variance is common to a pack.
func drawPacks(random *rand.Rand, packs int, r, icc float64) sizeRuns {
	s := sizeRuns{n: 25}
	pair := func() (x, y float64) {
		x = random.NormFloat64()
		return x, r*x + math.Sqrt(1-r*r)*random.NormFloat64()
	}
	for range packs {
		var pack []runResult
		commonX, commonY := pair()
		for range 16 {
			x, y := pair()
			a, b := math.Sqrt(icc), math.Sqrt(1-icc)
			pack = append(pack, runResult{train: 10 + a*commonX + b*x, test: 10 + a*commonY + b*y})
		}
		s.packs = append(s.packs, pack)
	}
	return s
}

// With 13 packs, and with 5, the 95 % intervals of correlations, means and standard deviations
// contain the true value in 93.5 to 96.5 % of experiments, whether or not the runs of a pack
// are alike. 4000 experiments have a standard error of 0.34 %.
func TestIntervalsCover(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for _, tt := range []struct {
		packs  int
		r, icc float64
	}{{13, .5, 0}, {13, .37, .1}, {13, .9, 0}, {13, 0, 0}, {63, .75, 0}, {5, .6, 0}} {
		const experiments = 4000
		var covered [3]int
		for range experiments {
			s := drawPacks(random, tt.packs, tt.r, tt.icc)
			size := sizeResult{sizeRuns: s, here: s.summary(), replicates: s.replicates()}
			for i, of := range []struct {
				statistic statistic
				truth     float64
			}{{pearson, tt.r}, {meanTest, 10}, {sdTest, 1}} {
				if size.evaluate(of.statistic).Interval(.95).Contains(of.truth) {
					covered[i]++
				}
			}
			if testing.Short() && tt.packs == 63 {
				break
			}
		}
		if testing.Short() && tt.packs == 63 {
			continue
		}
		for i, name := range []string{"r", "mean", "sd"} {
			if share := float64(covered[i]) / experiments; share < .935 || share > .965 {
				t.Errorf("%d packs, r = %v, icc = %v: %s covered in %.2f %%", tt.packs, tt.r, tt.icc, name, 100*share)
			}
		}
	}
}

// The errors of the published numbers are those of normal theory.
func TestPublishedReplicates(t *testing.T) {
	p, _ := publishedSummary(100)
	for _, tt := range []struct {
		name     string
		of       statistic
		mean, sd float64 // on the scale of the statistic
	}{
		{"mean", statistic{Of: meanTest.Of}, .08881, .00170 / math.Sqrt(1000)},
		{"log sd", statistic{Of: func(s summary) float64 { return math.Log(s.test.sd) }}, math.Log(.00170), 1 / math.Sqrt(1998)},
		{"z", statistic{Of: func(s summary) float64 { return math.Atanh(s.r) }}, math.Atanh(.5983), 1 / math.Sqrt(997)},
	} {
		e := estimate.Evaluate(p, publishedReplicates(p), tt.of)
		half := (e.Interval(.95).High - e.Interval(.95).Low) / 2
		if math.Abs(e.Value-tt.mean) > 1e-12 || math.Abs(half/(1.962*tt.sd)-1) > .01 {
			t.Errorf("%s: %v ± %v, want %v ± %v", tt.name, e.Value, half, tt.mean, 1.962*tt.sd)
		}
	}
}

func TestIntervalsNeedTwoPacks(t *testing.T) {
	runs := drawPaperRuns(mnist.Plan{Sizes: []int{25}, Runs: 17})
	one, two := groupRuns(runs[:16], []int{25})[0], groupRuns(runs, []int{25})[0]
	if one.replicates() != nil || len(two.replicates()[0].Values) != 2 {
		t.Error("the jackknife leaves out one pack of two or more")
	}
}

// A run diverged if a weight was not finite, and also if it ended with finite weights at a loss
// of 3e29, or at one that is not a number.
func TestDivergedRuns(t *testing.T) {
	runs := []mnist.Run{
		finishedRun(25, 0, .1, .1), finishedRun(25, 1, 3e29, .1), finishedRun(25, 2, .1, 3e29), finishedRun(25, 3, .1, math.NaN()), divergedRun(25, 4),
		finishedRun(25, 5, 99, 99),
	}
	if s := groupRuns(runs, []int{25})[0].summary(); s.diverged != 4 || s.runs != 2 {
		t.Errorf("%d diverged, %d others", s.diverged, s.runs)
	}
}

// Of normal losses none is far above the others; of fifty of which four are, eight per cent.
func TestFarAbove(t *testing.T) {
	s := groupRuns(drawPaperRuns(mnist.Plan{Sizes: []int{25}, Runs: 1000}), []int{25})[0]
	if got := s.farAbove(); got > .001 {
		t.Errorf("normal losses: %v", got)
	}
	var runs []mnist.Run
	for i := range 50 {
		loss := .1 + .001*float64(i%7)
		if i%13 == 0 {
			loss = .3
		}
		runs = append(runs, finishedRun(25, i, loss, loss))
	}
	if got := groupRuns(runs, []int{25})[0]; math.Abs(got.farAbove()-.08) > 1e-12 {
		t.Errorf("four of fifty: %v", got.farAbove())
	}
}
