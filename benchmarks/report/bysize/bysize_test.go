package bysize_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/bysize"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

func itself[T any](x T) T { return x }

func mean(_ int, runs []mnist.Run) float64 {
	var losses []float64
	for _, r := range runs {
		losses = append(losses, float64(r.TestLoss))
	}
	return estimate.Mean(losses)
}

// Every planned size has an entry, with its runs but those that diverged, and replicates without one
// pack each.
func TestGroup(t *testing.T) {
	results := &experiment.Runs[mnist.Plan, mnist.Run]{Parts: []mnist.Plan{{Sizes: []int{3, 2}, Runs: 40}, {Sizes: []int{2, 5}, Runs: 64}}}
	for run := range 40 {
		r := mnist.Run{N: 2, Run: run, TestLoss: mnist.NullableFloat(run / 16)}
		if run == 17 {
			r.TestLoss = mnist.NullableFloat(math.NaN())
		}
		results.Runs = append(results.Runs, r)
	}
	results.Runs = append(results.Runs, mnist.Run{N: 3, Run: 0, TestLoss: 7})
	sizes := bysize.Group(results, itself, itself, mean)
	var text []string
	for _, s := range sizes {
		text = append(text, fmt.Sprint(s.N, s.Planned, s.Diverged, len(s.Runs)))
	}
	if want := []string{"2 64 1 39", "3 40 0 1", "5 64 0 0"}; !slices.Equal(text, want) {
		t.Fatalf("%q, want %q", text, want)
	}
	two := sizes[0]
	if want := []float64{31. / 23, 16. / 24, 15. / 31}; len(two.Replicates) != 1 || !slices.Equal(two.Replicates[0].Values, want) || two.Here != 31./39 {
		t.Errorf("%v and replicates %v, want %v", two.Here, two.Replicates, want)
	}
	if e := two.Evaluate(estimate.Statistic[float64]{Scale: estimate.Linear, Of: itself[float64]}); e.Value != two.Here || !e.Interval(.95).Known() {
		t.Errorf("%+v", e)
	}
	all := []*bysize.Size[mnist.Run, float64]{&sizes[0], &sizes[1], &sizes[2]}
	want := []string{"n = 2: 40 of 64 runs are there.", "n = 2: 1 of 40 runs diverged and is left out.", "n = 3: 1 of 40 runs are there.", "n = 5: 0 of 64 runs are there."}
	if notes := bysize.Notes(all); !slices.Equal(notes, want) {
		t.Errorf("%q", notes)
	}
	if p := bysize.Progress(results, itself); p.Done != 41 || p.Planned != 168 || p.Complete {
		t.Errorf("%+v", p)
	}
}
