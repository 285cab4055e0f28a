package spinglass

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
)

func names(all []*figure.Figure) (names []string) {
	for _, f := range all {
		names = append(names, f.Name)
	}
	return names
}

// Figures without data are left out.
func TestFigures(t *testing.T) {
	t.Parallel()
	theory := []string{"complexity", "mean-number"}
	plan := fakePlan(3, 20, 4, 25, 50, 100, 250, 300, 500)
	for name, tt := range map[string]struct {
		s    *statistics
		want []string
	}{
		"none":     {newStatistics(nil, plan, trajectories{}), nil},
		"one run":  {newStatistics(fakeRuns(plan, likePaper)[:1], plan, trajectories{}), []string{"glass-energies", "glass-finite-size"}},
		"complete": {newStatistics(fakeRuns(plan, likePaper), plan, trajectories{plan: plan, points: flowPoints(3, 0)}), []string{"glass-energies", "one-disorder", "glass-finite-size", "glass-spread", "glass-flow"}},
	} {
		if got, want := names(figures(tt.s)), append(slices.Clone(tt.want), theory...); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Trajectories can be drawn for any p, also those of a single time.
func TestFlowFigure(t *testing.T) {
	t.Parallel()
	for _, p := range []int{2, 3, 4} {
		plan := fakePlan(p, 5, 4, 120)
		points := flowPoints(3, 0)
		for _, some := range []int{len(points), 2, 1} {
			if f := flowFigure(newStatistics(nil, plan, trajectories{plan: plan, points: points[:some]})); f != nil {
				figuretest.Check(t, f)
			}
		}
	}
}

// Times that a logarithmic axis cannot show are left out and counted.
func TestFlowFigureOfTinyTimes(t *testing.T) {
	t.Parallel()
	points := flowPoints(3, 0)
	for i := range points {
		points[i].Time *= 1e-300
	}
	f := flowFigure(newStatistics(nil, fakePlan(3, 5, 4, 120), trajectories{points: points}))
	figuretest.Check(t, f)
	if want := fmt.Sprintf("%d points.", len(flowStates(3))); !strings.HasSuffix(f.Caption, want) {
		t.Errorf("no %q in %q", want, f.Caption)
	}
}
