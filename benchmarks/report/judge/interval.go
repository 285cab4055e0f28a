package judge

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// An Interval is a confidence interval; both ends are NaN where there is none.
type Interval struct{ Low, High float64 }

// NoInterval is that of too few runs.
var NoInterval = Interval{math.NaN(), math.NaN()}

// Known reports whether there is an interval.
func (i Interval) Known() bool { return i.Low <= i.High }

// Percentiles returns the percentile interval of a resampled statistic at a
// level such as 0.95. Values that are not finite are left out; if they are more
// than one in twenty, there is no interval.
func Percentiles(values []float64, level float64) Interval {
	var finite []float64
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			finite = append(finite, v)
		}
	}
	if len(finite) == 0 || len(finite)*20 < len(values)*19 {
		return NoInterval
	}
	slices.Sort(finite)
	tail := (1 - level) / 2
	return Interval{stat.Quantile(tail, stat.LinInterp, finite, nil), stat.Quantile(1-tail, stat.LinInterp, finite, nil)}
}

// Text writes the interval with so many decimals.
func (i Interval) Text(n int) string {
	if !i.Known() {
		return Dash
	}
	return Decimals(i.Low, n) + " to " + Decimals(i.High, n)
}
