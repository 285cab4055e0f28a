package format

import (
	"math"
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Decimals(1.25, 1), "1.2"}, {Decimals(-12345, 3), "-1.2e+04"}, {Decimals(math.NaN(), 3), "-"},
		{Percent(.12345, 2), "12.35 %"}, {Percent(math.NaN(), 2), "-"},
		{Count(1, "run"), "1 run"}, {Count(0, "run"), "0 runs"},
		{strings.Join(Shortest(.1, math.NaN(), 1e30), ","), "0.1,,1e+30"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	var b strings.Builder
	Wrap(&b, "> ", "  ", strings.Repeat("Λ ", 48)+"abc def")
	if want := "> " + strings.Repeat("Λ ", 48) + "abc\n"; !strings.HasPrefix(b.String(), want[:len(want)-5]) || strings.Count(b.String(), "\n") != 2 {
		t.Errorf("got %q", b.String())
	}
}

func TestCounts(t *testing.T) {
	for got, want := range map[string]string{
		Count(0, "run"): "0 runs", Count(1, "run"): "1 run", Count(2, "run"): "2 runs",
		Are(1): "is", Are(0): "are",
		Part(0, 1, "pack"): "0 of 1 pack", Part(1, 2, "pack"): "1 of 2 packs",
		List([]int{25, 50}): "25, 50", List(nil): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
