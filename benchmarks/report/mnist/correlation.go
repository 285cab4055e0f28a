package mnist

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// referenceSize is the size to whose spread of train losses the correlations of
// the other sizes are corrected.
const referenceSize = 25

// correctForRange returns the correlation r corrected for range restriction of
// the train loss: the correlation that would be found if the train losses had u
// times the standard deviation, with the same regression of test on train loss
// and the same scatter about it. This is Thorndike's case 2 (Personnel Selection,
// 1949; Sackett and Yang, J. Appl. Psych. 85, 2000, 112-118):
//
//	r u / sqrt(1 - r^2 + r^2 u^2).
//
// It is an increasing function of slope / scatter and says nothing about causes; for u far
// from 1 it extrapolates far beyond the runs.
func correctForRange(r, u float64) float64 { return r * u / math.Sqrt(1-r*r+r*r*u*u) }

// spreadRatio returns u of a size: the standard deviation of the train loss at
// referenceSize over that at n, NaN if one of them is missing.
func spreadRatio(s []summary, n int) float64 {
	sd, reference := math.NaN(), math.NaN()
	for _, v := range s {
		if v.n == n {
			sd = v.train.sd
		}
		if v.n == referenceSize {
			reference = v.train.sd
		}
	}
	return reference / sd
}

// withCorrections returns the summaries with corrected correlations.
func withCorrections(s []summary) []summary {
	corrected := make([]summary, len(s))
	for i, v := range s {
		corrected[i] = v
		corrected[i].r = correctForRange(v.r, spreadRatio(s, v.n))
	}
	return corrected
}

// correctedPearson returns the corrected correlation of size n; NaN if there is no such
// size.
func correctedPearson(n int) estimate.Statistic[[]summary] {
	return estimate.Statistic[[]summary]{Scale: estimate.Fisher, Of: func(s []summary) float64 {
		for _, v := range withCorrections(s) {
			if v.n == n {
				return v.r
			}
		}
		return math.NaN()
	}}
}

// narrowedPearson returns the correlation that the runs of referenceSize would have if
// their train losses spread as little as those of size n, with the same regression and
// scatter.
func narrowedPearson(s []summary, n int) float64 {
	for _, v := range s {
		if v.n == referenceSize {
			return correctForRange(v.r, 1/spreadRatio(s, n))
		}
	}
	return math.NaN()
}

// regressionSlope is the slope of the regression of test on train loss.
func (s summary) regressionSlope() float64 { return s.r * s.test.sd / s.train.sd }

// scatter is the standard deviation of the test losses about that regression.
func (s summary) scatter() float64 { return s.test.sd * math.Sqrt(1-s.r*s.r) }

// correlationChange returns the correlation at the largest size minus that at the smallest.
func correlationChange(s series) []verdict.Quantity {
	last := len(s.Summaries) - 1
	if last < 1 {
		return nil
	}
	at := func(i int) estimate.Estimate { return estimate.Evaluate(s.Summaries[i], s.Replicates[i], pearson) }
	return []verdict.Quantity{{Label: fmt.Sprintf("n = %d minus n = %d", s.Summaries[last].n, s.Summaries[0].n), Estimate: estimate.Difference(at(last), at(0))}}
}

// correctedChange returns the corrected correlation at the largest size minus the
// correlation at referenceSize.
func correctedChange(s series) []verdict.Quantity {
	last := len(s.Summaries) - 1
	if last < 1 || s.Summaries[0].n != referenceSize {
		return nil
	}
	return []verdict.Quantity{{Label: fmt.Sprintf("n = %d minus n = %d", s.Summaries[last].n, referenceSize), Estimate: s.Evaluate(estimate.Statistic[[]summary]{
		Of: func(v []summary) float64 { return withCorrections(v)[last].r - v[0].r },
	})}}
}
