package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"pgregory.net/rapid"
)

func TestBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-3, 3), 0, 30), 1, 4).Draw(t, "values")
		b := NewBins(values)
		for _, v := range values {
			if len(v) == 0 {
				continue
			}
			sum := 0.0
			outline := b.Shares(v)
			for _, p := range outline {
				sum += p.Y
			}
			if math.Abs(sum-100) > 1e-9 || outline[0].Y != 0 || outline[len(outline)-1].Y != 0 || len(outline) > 103 {
				t.Fatalf("%v: %v in %+v", v, outline, b)
			}
		}
	})
}

func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-100, 100).Draw(t, "low")
		high := low + rapid.Float64Range(1e-4, 100).Draw(t, "range")
		most := rapid.IntRange(2, 8).Draw(t, "most")
		ticks := LinearTicks{most}.Ticks(low, high)
		if len(ticks) < 1 || len(ticks) > most {
			t.Fatalf("%d ticks: %v", len(ticks), ticks)
		}
		seen := make(map[string]bool)
		for _, tick := range ticks {
			if tick.Value < low-1e-6*(high-low) || tick.Value > high+1e-6*(high-low) || seen[tick.Label] {
				t.Fatalf("%v outside %v to %v, or twice: %v", tick, low, high, ticks)
			}
			seen[tick.Label] = true
		}
	})
	labels := func(ticks []plot.Tick) (all []string) {
		for _, tick := range ticks {
			if tick.Label != "" {
				all = append(all, tick.Label)
			}
		}
		return all
	}
	for _, tt := range []struct {
		got  []string
		want string
	}{
		{labels(LinearTicks{5}.Ticks(.0612, .0638)), "0.0615 0.0620 0.0625 0.0630 0.0635"},
		{labels(LinearTicks{5}.Ticks(-1.05, 1.05)), "-1.0 -0.5 0.0 0.5 1.0"},
		{labels(LogTicks{}.Ticks(4e-7, 2.5e-5)), "5e-7 1e-6 2e-6 5e-6 1e-5 2e-5"},
		{labels(LogTicks{}.Ticks(.001, 1)), "0.001 0.01 0.1 1"},
		{labels(LogTicks{}.Ticks(.1, 12)), "0.1 1 10"},
		{labels(WholeTicks{}.Ticks(0, 1.08)), "0 1"},
		{labels(WholeTicks{}.Ticks(0, 216)), "0 50 100 150 200"},
		{labels(SizeTicks{25, 26, 50, 500}.Ticks(24, 510)), "25 50 500"},
	} {
		if got := strings.Join(tt.got, " "); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
