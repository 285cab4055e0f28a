package estimate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// An Interval is a confidence interval; both ends are NaN where there is none.
type Interval struct{ Low, High float64 }

// NoInterval is the interval of a number that too few runs determine.
var NoInterval = Interval{math.NaN(), math.NaN()}

// Known reports whether there is an interval.
func (i Interval) Known() bool { return i.Low <= i.High }

// Percentiles returns the percentile interval of resamples at a level such as
// 0.95: their quantiles (1 - level)/2 and (1 + level)/2, interpolated linearly
// as stat.Quantile does with stat.LinInterp. Resamples that are not finite are
// left out; if they are more than one in twenty, there is no interval.
func Percentiles(resamples []float64, level float64) Interval {
	var finite []float64
	for _, v := range resamples {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			finite = append(finite, v)
		}
	}
	if len(finite) == 0 || len(finite)*20 < len(resamples)*19 {
		return NoInterval
	}
	slices.Sort(finite)
	tail := (1 - level) / 2
	return Interval{stat.Quantile(tail, stat.LinInterp, finite, nil), stat.Quantile(1-tail, stat.LinInterp, finite, nil)}
}

// Text writes the interval with the given number of decimals.
func (i Interval) Text(decimals int) string {
	if !i.Known() {
		return format.Dash
	}
	return format.Decimals(i.Low, decimals) + " to " + format.Decimals(i.High, decimals)
}
