package judge

import (
	"math"
	"testing"
)

func TestJudge(t *testing.T) {
	region := Interval{-1, 1}
	for _, tt := range []struct {
		interval Interval
		want     Verdict
	}{
		{Interval{-.5, .5}, Holds}, {Interval{.5, 1.5}, Undecided}, {Interval{-2, 2}, Undecided},
		{Interval{1, 2}, DoesNot}, {Interval{-2, -1}, DoesNot}, {Interval{-.5, 1}, Undecided}, {NoInterval, Undecided},
	} {
		if got := (Check{Interval: tt.interval, Region: region}).Judge(); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.interval, got, tt.want)
		}
	}
}

func TestClaimNeedsAllItsChecks(t *testing.T) {
	yes, no, open := Interval{0, .5}, Interval{2, 3}, Interval{.5, 2}
	for _, tt := range []struct {
		intervals []Interval
		want      Verdict
	}{
		{nil, Undecided}, {[]Interval{yes, yes}, Holds}, {[]Interval{yes, open}, Undecided}, {[]Interval{open, no, yes}, DoesNot},
	} {
		var checks []Check
		for _, i := range tt.intervals {
			checks = append(checks, Check{Interval: i, Region: Interval{-1, 1}})
		}
		if got := NewClaim("", "", "", checks).Verdict; got != tt.want {
			t.Errorf("%v: %s, want %s", tt.intervals, got, tt.want)
		}
	}
}

// The more quantities a claim has, the wider its intervals: 1 - 0.05/k each.
func TestChecksShareTheirLevel(t *testing.T) {
	var resampled []float64
	for i := range 10001 {
		resampled = append(resampled, float64(i)/10000)
	}
	q := Quantity{"q", Estimate{.5, resampled}}
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
