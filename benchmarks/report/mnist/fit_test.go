package mnist

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/format"
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

// publishedSeries returns the series of the published figures from 25 units up.
func publishedSeries() series {
	var s series
	for _, v := range paperSummaries() {
		s.Add(v, publishedReplicates(v))
	}
	return s
}

// The expected optimum, without weights, was computed by another program from the points of
// Fig. 7; the means here are rounded to five decimals.
func TestFitOfThePublishedMeans(t *testing.T) {
	s := publishedSeries()
	points := fitSeries(s).points
	for i := range points {
		points[i].Error = 1
	}
	fit := fitLoss(points)
	variances := estimate.Points(s, func(v summary) float64 { return math.Log(float64(v.n)) }, varianceTest)
	for i := range variances {
		variances[i].Error = 1
	}
	for _, tt := range []struct {
		name                 string
		got, want, tolerance float64
	}{
		{"c", fit.c, .07363, 2e-5},
		{"alpha", fit.alpha, 7.829, .02},
		{"beta", fit.beta, -.8128, .001},
		{"rms residual", fit.rms, .0028, 5e-5},
		{"gamma", -estimate.FitLine(variances).Slope, 1.1996, .003},
	} {
		if !scalar.EqualWithinAbs(tt.got, tt.want, tt.tolerance) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	// Weighted: the variances of 1000 runs have errors of 4.5 %.
	if i := gamma(s).Interval(.95); math.Abs(gamma(s).Value-1.2) > .02 || i.High-i.Low > .1 {
		t.Errorf("gamma %v, %v", gamma(s).Value, i)
	}
}

// Laws through as many sizes as they have coefficients are in no table: E[L] has three,
// Var[L] two.
func TestNoFitThroughAsManyPointsAsCoefficients(t *testing.T) {
	t.Parallel()
	for sizes, want := range map[int]string{2: "", 3: "gamma", 4: "alpha beta gamma"} {
		plan := quickPlan()
		plan.Runs, plan.Sizes = 48, plan.Sizes[:sizes]
		table := newStatistics(drawPaperRuns(plan), plan).fitTable()
		var fitted []string
		for i, name := range table.Head {
			if slices.Contains([]string{"alpha", "beta", "gamma"}, name) && table.Rows[0][i] != format.Dash {
				fitted = append(fitted, name)
			}
		}
		if got := strings.Join(fitted, " "); got != want {
			t.Errorf("%d sizes: fitted %q, want %q: %v", sizes, got, want, table.Rows)
		}
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
