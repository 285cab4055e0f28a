// Package stats judges paired measurements of two programs: whether one is slower, faster,
// or equally fast within a margin, or whether the measurements do not say.
//
// The measurements come in rounds. A round uses one layout (an order of the functions in
// the binaries, named by a seed) for both sides and gives one paired difference of
// logarithms. Layouts may change the speed, and the same few are used again and again, so
// rounds of the same layout are not independent: the test is a t test on one location per
// layout, whose error term holds all that differs between layouts, processes and rounds.
//
// The package measures nothing. Start with Analysis.
package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Difference is log(new) - log(old) of one round.
type Difference struct {
	Layout int
	Value  float64
}

// An Estimate is a mean difference with its standard error.
type Estimate struct {
	Mean    float64
	Error   float64 // standard error
	Freedom float64 // degrees of freedom of Error
}

// MinPerLayout is how many rounds of each layout an estimate needs.
const MinPerLayout = 2

// EstimateMean estimates the mean of the differences over all layouts that there could
// be, from those of the given number of layouts. ok is false if a layout has fewer than MinPerLayout
// rounds: then there is no estimate.
//
// Each layout contributes the mean of the middle third of its rounds, so that rounds in
// which something else ran on one side's time have no influence, and the standard error is
// that of the mean of these independent contributions.
func EstimateMean(differences []Difference, layouts int) (e Estimate, ok bool) {
	by := make([][]float64, layouts)
	for _, d := range differences {
		by[d.Layout] = append(by[d.Layout], d.Value)
	}
	locations := make([]float64, layouts)
	for i, values := range by {
		if len(values) < MinPerLayout {
			return Estimate{}, false
		}
		locations[i] = MiddleMean(values)
	}
	mean, sd := stat.MeanStdDev(locations, nil)
	return Estimate{mean, sd / math.Sqrt(float64(layouts)), float64(layouts - 1)}, true
}

// MiddleMean returns the mean of the values without a third of them, rounded down, at
// either end.
func MiddleMean(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	cut := len(sorted) / 3
	return stat.Mean(sorted[cut:len(sorted)-cut], nil)
}

// P returns the two-sided p-value of the hypothesis that the mean is zero.
func (e Estimate) P() float64 {
	if e.Mean == 0 {
		return 1
	}
	if e.Error == 0 {
		return 0
	}
	return 2 * e.student().Survival(math.Abs(e.Mean)/e.Error)
}

// Interval returns the confidence interval that misses the mean with probability alpha.
func (e Estimate) Interval(alpha float64) (low, high float64) {
	half := e.Error * e.student().Quantile(1-alpha/2)
	return e.Mean - half, e.Mean + half
}

// Detectable returns the smallest mean that a test at level alpha, with this standard
// error, finds with probability power.
func (e Estimate) Detectable(alpha, power float64) float64 {
	t := e.student()
	return e.Error * (t.Quantile(1-alpha/2) + t.Quantile(power))
}

func (e Estimate) student() distuv.StudentsT {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: e.Freedom}
}
