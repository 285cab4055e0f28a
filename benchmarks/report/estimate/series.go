package estimate

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Replicates are values that a summary of one size takes when one independent cause of
// its uncertainty varies. The variance of a statistic due to this cause is Factor times
// the sum of the squared deviations of its values on the replicates from their mean,
// known with Degrees degrees of freedom.
type Replicates[Summary any] struct {
	Values          []Summary
	Factor, Degrees float64
}

// Jackknife returns the replicates of a summary of k independent units, each without one of
// them: factor (k - 1)/k and k - 1 degrees of freedom (Tukey, Ann. Math. Stat. 29, 1958,
// 614; Miller, Biometrika 61, 1974, 1-15). without(i) is the summary without unit i. There
// is nothing to leave out of fewer than two units: no replicates.
func Jackknife[Summary any](k int, without func(i int) Summary) []Replicates[Summary] {
	if k < 2 {
		return nil
	}
	r := Replicates[Summary]{Factor: float64(k-1) / float64(k), Degrees: float64(k - 1)}
	for i := range k {
		r.Values = append(r.Values, without(i))
	}
	return []Replicates[Summary]{r}
}

// Pair returns the replicates of a number of known standard error: the summaries with that
// number one standard error lower and higher (linear error propagation).
func Pair[Summary any](low, high Summary, degrees float64) Replicates[Summary] {
	return Replicates[Summary]{[]Summary{low, high}, .5, degrees}
}

// A Statistic is a function of the summaries of one size or of several.
type Statistic[Summary any] struct {
	Scale Scale
	Of    func(Summary) float64
}

// A Series is a summary of the runs of each of several sizes, with its replicates. The
// runs of different sizes are independent.
type Series[Summary any] struct {
	Summaries  []Summary
	Replicates [][]Replicates[Summary] // by size; nil where a size has none
}

// Add appends a size.
func (s *Series[Summary]) Add(summary Summary, replicates []Replicates[Summary]) {
	s.Summaries = append(s.Summaries, summary)
	s.Replicates = append(s.Replicates, replicates)
}

// Select returns the series of the sizes for which keep returns true.
func (s Series[Summary]) Select(keep func(Summary) bool) Series[Summary] {
	var kept Series[Summary]
	for i, v := range s.Summaries {
		if keep(v) {
			kept.Add(v, s.Replicates[i])
		}
	}
	return kept
}

// Evaluate computes a statistic of several sizes. Its variance is the sum of those of all
// replicates of all sizes (the stratified jackknife: Shao and Tu, The Jackknife and
// Bootstrap, 1995, sec. 6.2), its degrees of freedom are Satterthwaite's (Biometrics
// Bulletin 2, 1946, 110-114). There is no interval if a size has no replicates or if the
// statistic is not defined on one.
func (s Series[Summary]) Evaluate(statistic Statistic[[]Summary]) Estimate {
	value := statistic.Of(s.Summaries)
	standardError, degrees := s.standardError(statistic)
	return FromError(value, statistic.Scale, standardError, degrees)
}

func (s Series[Summary]) standardError(statistic Statistic[[]Summary]) (standardError, degrees float64) {
	total, denominator := 0.0, 0.0
	varied := append([]Summary(nil), s.Summaries...)
	for i, groups := range s.Replicates {
		if groups == nil {
			return math.NaN(), math.NaN()
		}
		for _, group := range groups {
			values := make([]float64, len(group.Values))
			for k, replicate := range group.Values {
				varied[i] = replicate
				values[k] = statistic.Scale.to(statistic.Of(varied))
			}
			variance := group.Factor * float64(len(values)-1) * stat.Variance(values, nil)
			total += variance
			denominator += variance * variance / group.Degrees
		}
		varied[i] = s.Summaries[i]
	}
	return math.Sqrt(total), total * total / denominator
}

// One returns the series of a single size.
func One[Summary any](summary Summary, replicates []Replicates[Summary]) Series[Summary] {
	var s Series[Summary]
	s.Add(summary, replicates)
	return s
}

// Evaluate computes a statistic of one size.
func Evaluate[Summary any](summary Summary, replicates []Replicates[Summary], statistic Statistic[Summary]) Estimate {
	return One(summary, replicates).Evaluate(at(statistic, 0))
}

// at returns the statistic of several sizes that is t of size number i.
func at[Summary any](t Statistic[Summary], i int) Statistic[[]Summary] {
	return Statistic[[]Summary]{t.Scale, func(s []Summary) float64 { return t.Of(s[i]) }}
}

// Points returns a statistic of each size with its standard error and degrees of freedom on
// the scale of the statistic, for a fit against x(summary).
func Points[Summary any](s Series[Summary], x func(Summary) float64, statistic Statistic[Summary]) []Point {
	var points []Point
	for i, v := range s.Summaries {
		standardError, degrees := One(v, s.Replicates[i]).standardError(at(statistic, 0))
		points = append(points, Point{x(v), statistic.Scale.to(statistic.Of(v)), standardError, degrees})
	}
	return points
}

// PreferReplicated returns the sizes that have replicates or, if none has any, all
// of them. A statistic of several sizes has an interval only if each of them has replicates;
// in an unfinished experiment, one size without them would take it away.
func PreferReplicated[Size any](sizes []Size, hasReplicates func(Size) bool) []Size {
	var replicated []Size
	for _, s := range sizes {
		if hasReplicates(s) {
			replicated = append(replicated, s)
		}
	}
	if replicated == nil {
		return sizes
	}
	return replicated
}
