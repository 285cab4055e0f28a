package verdict

import (
	"math"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

func interval(low, high float64) estimate.Interval {
	return estimate.Interval{Low: low, High: high}
}

func TestVerdictOfCheck(t *testing.T) {
	for _, tt := range []struct {
		interval estimate.Interval
		want     Verdict
	}{
		{interval(-.5, .5), Holds}, {interval(.5, 1.5), Undecided}, {interval(-2, 2), Undecided},
		{interval(1, 2), DoesNotHold}, {interval(-2, -1), DoesNotHold}, {interval(-.5, 1), Undecided}, {estimate.NoInterval, Undecided},
	} {
		if got := (Check{Interval: tt.interval, Region: interval(-1, 1)}).Verdict(); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.interval, got, tt.want)
		}
	}
}

func TestClaimNeedsAllItsChecks(t *testing.T) {
	inside, outside, across := interval(0, .5), interval(2, 3), interval(.5, 2)
	for _, tt := range []struct {
		intervals []estimate.Interval
		want      Verdict
		summary   string
	}{
		{nil, Undecided, "too few sizes or runs"},
		{[]estimate.Interval{inside}, Holds, "q: 0.000 (0.000 to 0.500)"},
		{[]estimate.Interval{inside, inside}, Holds, "q: 0.000 (0.000 to 0.500), and 1 more"},
		{[]estimate.Interval{inside, across}, Undecided, "q: 0.000 (0.500 to 2.000), and 1 more"},
		{[]estimate.Interval{across, outside, inside}, DoesNotHold, "q: 0.000 (2.000 to 3.000), and 2 more"},
	} {
		var checks []Check
		for _, i := range tt.intervals {
			checks = append(checks, Check{Label: "q", Interval: i, Region: interval(-1, 1)})
		}
		c := NewClaim("", "", "", checks)
		if c.Verdict != tt.want || c.Summary() != tt.summary {
			t.Errorf("%v: %s (%s), want %s (%s)", tt.intervals, c.Verdict, c.Summary(), tt.want, tt.summary)
		}
	}
}

// Each of k quantities has an interval of level 1 - 0.05/k.
func TestChecksShareTheirLevel(t *testing.T) {
	var uniform []float64 // resamples
	for i := range 10001 {
		uniform = append(uniform, float64(i)/10000)
	}
	q := Quantity{"q", estimate.Estimate{Value: .5, Resamples: uniform}}
	for k, tail := range map[int]float64{1: .025, 5: .005} {
		quantities := make([]Quantity, k)
		for i := range quantities {
			quantities[i] = q
		}
		for _, c := range Checks(quantities, Below1) {
			if math.Abs(c.Interval.Low-tail) > 2e-4 || math.Abs(c.Interval.High-1+tail) > 2e-4 {
				t.Errorf("%d quantities: %v", k, c.Interval)
			}
		}
	}
}
