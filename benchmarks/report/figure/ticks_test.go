package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"pgregory.net/rapid"
)

func TestLinearTicks(t *testing.T) {
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
}

func TestTickLabels(t *testing.T) {
	for _, tt := range []struct {
		ticker    plot.Ticker
		low, high float64
		want      string
	}{
		{LinearTicks{5}, .0612, .0638, "0.0615 0.0620 0.0625 0.0630 0.0635"},
		{LinearTicks{5}, -1.05, 1.05, "−1.0 −0.5 0.0 0.5 1.0"},
		{LinearTicks{5}, 1, 1 + 0x1p-52, "1 1.0000000000000002"},
		{LinearTicks{5}, 3, 3, "3"},
		{LinearTicks{5}, 0, 4.2e29, "0 10^{29} 2×10^{29} 3×10^{29} 4×10^{29}"},
		{LinearTicks{5}, 0, 4.2e-29, "0 10^{−29} 2×10^{−29} 3×10^{−29} 4×10^{−29}"},
		{LinearTicks{3}, math.Inf(-1), math.Inf(1), "−10^{308} 0 10^{308}"},
		{LogTicks{}, 4e-7, 2.5e-5, "5×10^{−7} 10^{−6} 2×10^{−6} 5×10^{−6} 10^{−5} 2×10^{−5}"},
		{LogTicks{}, .001, 1, "0.001 0.01 0.1 1"},
		{LogTicks{}, .1, 12, "0.1 1 10"},
		{LogTicks{}, 1.2, 1.4, "1.20 1.25 1.30 1.35 1.40"},
		{LogTicks{}, .06, .14, "0.06 0.08 0.10 0.12 0.14"},
		{LogTicks{}, 3e-5, 20, "10^{−4} 10^{−3} 10^{−2} 10^{−1} 1 10"},
		{LogTicks{}, 1, 1 + 0x1p-52, "1 1.0000000000000002"},
		{LogTicks{}, 1, math.Inf(1), "1 10^{26} 10^{52} 10^{78} 10^{104} 10^{130} 10^{156} 10^{182} 10^{208} 10^{234} 10^{260} 10^{286}"},
		{LogTicks{}, -2, -1, ""},
		{IntegerTicks{}, 0, 1.08, "0 1"},
		{IntegerTicks{}, 0, 216, "0 50 100 150 200"},
		{SizeTicks{25, 26, 50, 500}, 24, 510, "25 26 50 500"},
		{PercentTicks{LinearTicks{3}}, 0, 22, "0 % 10 % 20 %"},
	} {
		var labels []string
		for _, tick := range tt.ticker.Ticks(tt.low, tt.high) {
			if tick.Label != "" {
				labels = append(labels, tick.Label)
			}
		}
		if got := strings.Join(labels, " "); got != tt.want {
			t.Errorf("%T from %v to %v: got %s, want %s", tt.ticker, tt.low, tt.high, got, tt.want)
		}
	}
}

// Whatever the ends of an axis are, there are few ticks, at finite values, with
// labels that fit, and they are computed at once.
func TestTicksOfAnyRange(t *testing.T) {
	ends := []float64{0, 1, 3, -3, .1, 1e-300, 1e300, 1e75, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
	for _, x := range slices.Clone(ends) {
		ends = append(ends, math.Nextafter(x, math.Inf(1)), math.Nextafter(x, math.Inf(-1)), x*(1+1e-14), -x)
	}
	for _, ticker := range []plot.Ticker{LinearTicks{2}, LinearTicks{5}, LogTicks{}, IntegerTicks{}, SizeTicks{25, 50, 500}} {
		for _, low := range ends {
			for _, high := range ends {
				ticks := ticker.Ticks(low, high)
				if len(ticks) > 9*14 {
					t.Errorf("%T from %v to %v: %d ticks", ticker, low, high, len(ticks))
				}
				for _, tick := range ticks {
					if math.IsNaN(tick.Value) || math.IsInf(tick.Value, 0) || len(tick.Label) > 36 {
						t.Errorf("%T from %v to %v: %v", ticker, low, high, tick)
					}
				}
			}
		}
	}
}
