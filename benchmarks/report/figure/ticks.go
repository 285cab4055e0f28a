package figure

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// All types of ticks here return finitely many ticks, at finite values and with
// short labels, for any two ends of an axis: equal, a few ulps apart, reversed,
// huge, infinite or NaN.

// LogScale is plot.LogScale with one exception. To reserve space for the label of
// an axis, gonum asks where the mean of the two ends lies and expects the middle
// of the axis, where it draws the label.
type LogScale struct{ plot.LogScale }

// Normalize implements plot.Normalizer.
func (s LogScale) Normalize(low, high, x float64) float64 {
	if x == 0.5*(high+low) {
		return 0.5
	}
	return s.LogScale.Normalize(low, high, x)
}

// finiteRange returns the ends of an axis in order, infinite ones replaced by the
// largest finite number. It reports whether both are numbers.
func finiteRange(low, high float64) (from, to float64, ok bool) {
	limit := func(x float64) float64 { return min(max(x, -math.MaxFloat64), math.MaxFloat64) }
	return limit(min(low, high)), limit(max(low, high)), !math.IsNaN(low) && !math.IsNaN(high)
}

// LinearTicks are ticks at multiples of 1, 2 or 5 times a power of ten, all with
// labels. There are at most MaxTicks of them, which must be at least 2. A range
// too narrow for float64 to hold such multiples has ticks at its ends.
type LinearTicks struct{ MaxTicks int }

// Ticks implements plot.Ticker.
func (t LinearTicks) Ticks(low, high float64) []plot.Tick {
	low, high, ok := finiteRange(low, high)
	if !ok {
		return nil
	}
	most := float64(t.MaxTicks)
	step := math.Pow(10, math.Floor(math.Log10(high/most-low/most)))
	first, last := multiples(low, high, step)
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10 times the power of ten
		if last-first < most {
			break
		}
		step *= factor
		first, last = multiples(low, high, step)
	}
	// Beyond 2^50 the rounding errors of multiples would be seen.
	if !(step > 0) || math.IsInf(step, 0) || !(max(math.Abs(first), math.Abs(last)) < 1<<50) {
		return endTicks(low, high)
	}
	var ticks []plot.Tick
	for i := first; i <= last; i++ {
		if value := i * step; !math.IsInf(value, 0) {
			ticks = append(ticks, plot.Tick{Value: value, Label: multipleText(value, step)})
		}
	}
	return ticks
}

// multiples returns the first and last multiple of step between low and high.
func multiples(low, high, step float64) (first, last float64) {
	return math.Ceil(low/step-1e-9) + 0, math.Floor(high/step + 1e-9)
}

// multipleText writes a multiple of a step with the decimals of the step, or with
// an exponent where that would be long.
func multipleText(v, step float64) string {
	places := int(math.Ceil(-math.Log10(step) - 1e-9))
	if size := math.Abs(v); size >= 1e7 || places > 8 {
		if v == 0 {
			return "0"
		}
		digits := math.Floor(math.Log10(size)+1e-9) + float64(places) // after the first
		return Number(strconv.FormatFloat(v, 'e', max(0, int(digits)), 64))
	}
	return Number(strconv.FormatFloat(v, 'f', max(0, places), 64))
}

// endTicks are ticks at both ends of a range, or one where the ends are equal.
func endTicks(low, high float64) []plot.Tick {
	ticks := []plot.Tick{{Value: low, Label: Number(strconv.FormatFloat(low, 'g', -1, 64))}}
	if high > low {
		ticks = append(ticks, plot.Tick{Value: high, Label: Number(strconv.FormatFloat(high, 'g', -1, 64))})
	}
	return ticks
}

// LogTicks are ticks for a logarithmic axis: at the multiples of powers of ten by
// 1 to 9, with labels at powers of ten and, over less than two powers, also at 2
// and 5 times them. Over many powers there are ticks at every second, third, ...
// power only. Where fewer than two of these would have a label, LinearTicks are
// used. What is not positive has no place on the axis.
type LogTicks struct{}

// Ticks implements plot.Ticker.
func (LogTicks) Ticks(low, high float64) []plot.Tick {
	low, high, ok := finiteRange(low, high)
	if !ok || !(high > 0) {
		return nil
	}
	low = max(low, math.SmallestNonzeroFloat64)
	const manyPowers = 12 // as many labels as fit
	firstPower, lastPower := math.Floor(math.Log10(low)), math.Log10(high)
	stride, digits := 1.0, 9
	if powers := lastPower - firstPower; powers > manyPowers {
		stride, digits = math.Ceil(powers/manyPowers), 1
	}
	var ticks []plot.Tick
	labels, few, isScientific := 0, high/low < 100, low < 1e-3 || high > 1e5
	for power := firstPower; power <= lastPower; power += stride {
		for digit := 1; digit <= digits; digit++ {
			value := float64(digit) * math.Pow(10, power)
			if value < low*(1-1e-9) || value > high*(1+1e-9) || math.IsInf(value, 0) || value == 0 {
				continue
			}
			tick := plot.Tick{Value: value}
			if digit == 1 || few && (digit == 2 || digit == 5) {
				tick.Label = digitText(value, isScientific)
				labels++
			}
			ticks = append(ticks, tick)
		}
	}
	if labels < 2 {
		ticks = slices.DeleteFunc(LinearTicks{5}.Ticks(low, high), func(t plot.Tick) bool { return !(t.Value > 0) })
	}
	return ticks
}

// digitText writes a number of one significant digit, as 2×10^{−5} if scientific
// unless it is from 1 to 90.
func digitText(v float64, scientific bool) string {
	switch {
	case scientific && (v < .95 || v > 95):
		return Number(strconv.FormatFloat(v, 'e', 0, 64))
	case v >= 1:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 1, 64)
}

// IntegerTicks are the LinearTicks at integers.
type IntegerTicks struct{}

// Ticks implements plot.Ticker.
func (IntegerTicks) Ticks(low, high float64) []plot.Tick {
	var integers []plot.Tick
	for _, tick := range (LinearTicks{6}).Ticks(low, high) {
		if tick.Value != math.Trunc(tick.Value) {
			continue
		}
		if math.Abs(tick.Value) < 1e7 {
			tick.Label = Number(strconv.FormatFloat(tick.Value, 'f', 0, 64))
		}
		integers = append(integers, tick)
	}
	return integers
}

// SizeTicks are ticks at each of several sizes.
type SizeTicks []int

// Ticks implements plot.Ticker.
func (t SizeTicks) Ticks(_, _ float64) []plot.Tick {
	var ticks []plot.Tick
	for _, n := range t {
		ticks = append(ticks, plot.Tick{Value: float64(n), Label: strconv.Itoa(n)})
	}
	return ticks
}

// PercentTicks are LinearTicks of percentages.
type PercentTicks struct{ LinearTicks }

// Ticks implements plot.Ticker.
func (t PercentTicks) Ticks(low, high float64) []plot.Tick {
	ticks := t.LinearTicks.Ticks(low, high)
	for i := range ticks {
		ticks[i].Label += " %"
	}
	return ticks
}

// unlabelled are ticks without labels.
type unlabelled struct{ plot.Ticker }

// Ticks implements plot.Ticker.
func (t unlabelled) Ticks(low, high float64) []plot.Tick {
	ticks := t.Ticker.Ticks(low, high)
	for i := range ticks {
		ticks[i].Label = ""
	}
	return ticks
}

// thinned returns a copy of a plot in which no tick label touches another when the
// data are drawn on the given canvas: of two that would, the second is left out.
func thinned(p *plot.Plot, data draw.Canvas) *plot.Plot {
	q := *p
	for _, axis := range []struct {
		*plot.Axis
		length vg.Length
		extent func(label string) vg.Length
	}{{&q.X, data.Max.X - data.Min.X, q.X.Tick.Label.Width}, {&q.Y, data.Max.Y - data.Min.Y, q.Y.Tick.Label.Height}} {
		ticks := slices.SortedStableFunc(slices.Values(axis.Tick.Marker.Ticks(axis.Min, axis.Max)), func(a, b plot.Tick) int { return cmp.Compare(a.Value, b.Value) })
		const gap = 3
		end := vg.Length(math.Inf(-1)) // of the last label
		for i := range ticks {
			place := axis.Norm(ticks[i].Value)
			if ticks[i].IsMinor() || place < 0 || place > 1 {
				continue
			}
			half := axis.extent(ticks[i].Label) / 2
			if center := axis.length * vg.Length(place); center-half > end+gap {
				end = center + half
			} else {
				ticks[i].Label = ""
			}
		}
		axis.Tick.Marker = plot.ConstantTicks(ticks)
	}
	return &q
}
