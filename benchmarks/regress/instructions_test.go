package regress

import (
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
)

// Counts that differ are named with the functions that changed, and more instructions than
// the margin allows are a regression.
func TestInstructionsResult(t *testing.T) {
	key := measure.Key{Package: "p", Benchmark: "Work-2", Unit: instructionsUnit}
	old := measure.Instructions{"m/p.a": 1000, "m/p.b": 20, "m/p.c": 10}
	for _, c := range []struct {
		new        measure.Instructions
		want       string
		regression bool
	}{
		{measure.Instructions{"m/p.a": 1100, "m/p.b": 21, "m/p.c": 10}, "Ir/op 103 -> 113.1: p.a 100 -> 110, p.b 2 -> 2.1", true},
		{measure.Instructions{"m/p.a": 1001, "m/p.b": 20, "m/p.c": 10}, "Ir/op 103 -> 103.1: p.a 100 -> 100.1", false},
		{measure.Instructions{"m/p.d": 30, "m/p.b": 20, "m/p.c": 10}, "Ir/op 103 -> 6: p.a 100 -> 0, p.d 0 -> 3", false},
		{measure.Instructions{"m/p.d": 1}, "Ir/op 103 -> 0.1: p.a 100 -> 0, p.b 2 -> 0, p.c 1 -> 0 and 1 more", false},
	} {
		e := instructionsResult(key, [2]measure.Instructions{old, c.new}, 10, 0.02)
		if e.change() != c.want || e.regression() != c.regression {
			t.Errorf("%q, regression %v, want %q, %v", e.change(), e.regression(), c.want, c.regression)
		}
	}
	if changes := functionChanges([2]measure.Instructions{old, old}, 10); changes != nil {
		t.Errorf("equal counts differ: %q", changes)
	}
	c := Comparison{Counted: 1, Uncounted: []Uncounted{{key, "not reproducible"}}}
	if notes := strings.Join(c.instructionNotes(), "\n"); !strings.Contains(notes, "1 of 2") || !strings.Contains(notes, "Work-2: not reproducible") {
		t.Error(notes)
	}
}
