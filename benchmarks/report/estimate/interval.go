package estimate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/report/format"
)

// An Interval is a confidence interval; both ends are NaN where there is none.
type Interval struct{ Low, High float64 }

// NoInterval is the interval of a number that too few runs determine.
var NoInterval = Interval{math.NaN(), math.NaN()}

// Known reports whether there is an interval.
func (i Interval) Known() bool { return i.Low <= i.High }

// Contains reports whether v lies in the interval or at an end of it.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

// Text writes the interval with the given number of decimals.
func (i Interval) Text(decimals int) string {
	if !i.Known() {
		return format.Dash
	}
	return format.Decimals(i.Low, decimals) + " to " + format.Decimals(i.High, decimals)
}

// TextAround writes a number followed by the interval, if that is known.
func (i Interval) TextAround(v float64, decimals int) string {
	if !i.Known() {
		return format.Decimals(v, decimals)
	}
	return fmt.Sprintf("%s (%s)", format.Decimals(v, decimals), i.Text(decimals))
}

// Significant writes the estimate and its interval of a level with three significant digits,
// for differences that may be very small.
func (e Estimate) Significant(level float64) string {
	number := func(v float64) string {
		if math.IsNaN(v) {
			return format.Dash
		}
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	i := e.Interval(level)
	if !i.Known() {
		return number(e.Value)
	}
	return fmt.Sprintf("%s (%s to %s)", number(e.Value), number(i.Low), number(i.High))
}
