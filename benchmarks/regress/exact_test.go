package regress

import (
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/regress/measure"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

// A unit that is declared exact differs if its value does, by however little; the difference is an
// improvement only where the unit says which values are better.
func TestExactUnits(t *testing.T) {
	reader := benchfmt.NewReader(strings.NewReader("Unit insn/op better=lower assume=exact\nUnit score better=higher assume=exact\nUnit digest assume=exact\n"), "units")
	for reader.Scan() {
	}
	for _, c := range []struct {
		unit     string
		old, new float64
		differs  bool
		status   int
	}{
		{"insn/op", 1000000, 1000000, false, 0},
		{"insn/op", 1000000, 1000001, true, StatusRegressed},
		{"insn/op", 1000000, 999999, true, 0},
		{"score", 1, 2, true, 0},
		{"score", 2, 1, true, StatusRegressed},
		{"digest", 2, 1, true, StatusRegressed},
		{"ns/op", 2, 1, false, 0},
	} {
		key := measure.Key{Benchmark: "Kernel", Unit: c.unit}
		values := func(x float64) map[measure.Key][]float64 { return map[measure.Key][]float64{key: {x}} }
		comparison := &Comparison{units: reader.Units(), Series: []*Series{{Judgement: stats.Judgement{Verdict: stats.Equivalent}}}}
		comparison.Rounds = append(comparison.Rounds, &measure.Round{
			Values: []map[measure.Key][]float64{values(c.old), values(c.new), values(c.old)}, Exact: make([]map[measure.Key]string, 3),
		})
		comparison.compareExact()
		if differs := len(comparison.Exact) == 1; differs != c.differs || comparison.Status() != c.status {
			t.Errorf("%s %v -> %v: differs %v, status %d", c.unit, c.old, c.new, differs, comparison.Status())
		}
	}
}

// A count of allocations differs only if it is beyond what the old side has in either of its arms, and values are in the
// order of the numbers.
func TestCountsOfTheNullArm(t *testing.T) {
	key := measure.Key{Benchmark: "Work", Unit: "allocs/op"}
	for _, c := range []struct {
		old, new, null []float64
		differs        bool
	}{
		{[]float64{100}, []float64{103}, []float64{100}, true},
		{[]float64{100}, []float64{103}, []float64{104}, false},
		{[]float64{9}, []float64{10, 11}, []float64{9}, true},
	} {
		comparison := &Comparison{Rounds: []*measure.Round{{
			Values: []map[measure.Key][]float64{{key: c.old}, {key: c.new}, {key: c.null}}, Exact: make([]map[measure.Key]string, 3),
		}}}
		comparison.compareExact()
		if differs := len(comparison.Exact) == 1; differs != c.differs {
			t.Errorf("%v, %v beside %v: differs %v", c.old, c.new, c.null, differs)
		}
	}
	if got := union([]string{"10", "9"}, []string{"9", "100"}); strings.Join(got, " ") != "9 10 100" {
		t.Errorf("union %q", got)
	}
}
