package judge

import (
	"math"
	"strconv"
)

// Dash stands where there is no number.
const Dash = "-"

// Decimals writes a number with so many decimals, or a dash for NaN. Very large
// numbers, as of runs on their way to divergence, are written with an exponent.
func Decimals(v float64, n int) string {
	switch {
	case math.IsNaN(v):
		return Dash
	case math.Abs(v) >= 1e4:
		return strconv.FormatFloat(v, 'e', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', n, 64)
}

// Percent writes a share with two decimals, or a dash for NaN.
func Percent(share float64) string {
	if math.IsNaN(share) {
		return Dash
	}
	return Decimals(100*share, 2) + " %"
}

// Count writes a number of things: "1 run", "2 runs".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
