package mnist

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// ReadAll returns the runs of several directories as one experiment. Their plans may differ
// in the sizes and the number of runs, on which no run depends, and in nothing else. The
// plan returned has all sizes and the largest number of runs. A run that is in two
// directories must be the same in both. ReadAll panics without a directory.
func ReadAll(dirs ...string) (*Results, error) {
	return experiment.ReadAll(dirs, ReadRuns, (*Plan).Add, func(r Run) (n, run int) { return r.N, r.Run }, "sizes", "runs")
}

// Add adds the sizes of another plan, and takes the larger number of runs. On neither does a run
// depend.
func (p *Plan) Add(q Plan) {
	p.Sizes = slices.Compact(slices.Sorted(slices.Values(slices.Concat(p.Sizes, q.Sizes))))
	p.Runs = max(p.Runs, q.Runs)
}

// SameSettings reports whether two plans differ in sizes and runs at most.
func (p Plan) SameSettings(q Plan) bool { return p.settings() == q.settings() }

// Extends reports whether a stored plan has the same settings as p and no size or run that p
// has not: on neither does a run depend.
func (p Plan) Extends(stored []byte) (renumber func(experiment.Line) (experiment.Line, error), ok bool) {
	var part Plan
	if json.Unmarshal(stored, &part) != nil || part.settings() != p.settings() || part.Runs > p.Runs {
		return nil, false
	}
	return nil, !slices.ContainsFunc(part.Sizes, func(n int) bool { return !slices.Contains(p.Sizes, n) })
}

// settings returns, as text, the settings that every run of the plan depends on.
func (p Plan) settings() string {
	p.Sizes, p.Runs = nil, 0
	return fmt.Sprintf("%+v", p)
}
