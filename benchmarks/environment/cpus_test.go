package environment

import "testing"

func TestCountRanges(t *testing.T) {
	for list, want := range map[string]int{"0": 1, "0-1": 2, "0-3,7,9-10": 7, "": 0, "a": 0, "3-1": 0, "0-3,x": 0} {
		if got := countRanges(list); got != want {
			t.Errorf("%q: %d CPUs, want %d", list, got, want)
		}
	}
	if CPUs() < 1 {
		t.Error("no CPU")
	}
}
