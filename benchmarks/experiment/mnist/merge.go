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
	all, err := ReadRuns(dirs[0])
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs[1:] {
		r, err := ReadRuns(dir)
		if err != nil {
			return nil, err
		}
		both, err := all.Plan.Join(r.Plan)
		if err != nil {
			return nil, fmt.Errorf("%s and %s are of different experiments: %w", dirs[0], dir, err)
		}
		all.Plan = both
		all.Parts = append(all.Parts, r.Parts...)
		all.Runs = append(all.Runs, r.Runs...)
		all.Notes = append(all.Notes, r.Notes...)
		all.Complete = all.Complete && r.Complete
	}
	if all.Runs, err = experiment.MergeRuns(all.Runs, func(r Run) (n, run int) { return r.N, r.Run }); err != nil {
		return nil, err
	}
	return all, nil
}

// Join returns the plan with the sizes of both plans and the larger number of runs, on
// neither of which a run depends. A difference in anything else is an error.
func (p Plan) Join(q Plan) (Plan, error) {
	if p.settings() != q.settings() {
		return p, fmt.Errorf("they differ in %s", experiment.DifferencesText(p, q, "sizes", "runs"))
	}
	p.Sizes = slices.Compact(slices.Sorted(slices.Values(slices.Concat(p.Sizes, q.Sizes))))
	p.Runs = max(p.Runs, q.Runs)
	return p, nil
}

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
