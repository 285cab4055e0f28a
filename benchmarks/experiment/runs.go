package experiment

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// Runs are the contents of a directory, unmarshalled to the types P of a job's plan and R
// of its lines.
type Runs[P, R any] struct {
	Plan     P
	Parts    []P      // the plans of the directories whose runs these are, in their order
	Runs     []R      // sorted by (n, run)
	Complete bool     // all runs of the plan are finished
	Notes    []string // lines and files that were ignored, and why
}

// ReadRuns returns the runs in a directory, finished or not, verified as by [Read]. The
// plan must have the given experiment name and format, which are fields of every plan,
// and be one that this version could have written; so must the runs, which are all the
// plan's, and all of them if there is a runs.jsonl.
func ReadRuns[P StoredPlan, R StoredRun[P]](dir, name string, format int) (*Runs[P, R], error) {
	raw, err := readPlan(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noResults(dir)
	}
	if err != nil {
		return nil, err
	}
	plan, err := decodePlan[P](raw, name, format)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, planName), err)
	}
	there, err := readLines(dir, raw, plan.TotalRuns())
	if err != nil {
		return nil, err
	}
	r := &Runs[P, R]{Plan: plan, Parts: []P{plan}, Complete: there.Complete, Notes: there.Notes}
	for _, line := range there.Lines {
		run, err := decodeRun[P, R](line, plan)
		if err != nil {
			return nil, fmt.Errorf("%s: n=%d run=%d: %w", dir, line.N, line.Run, err)
		}
		r.Runs = append(r.Runs, run)
	}
	if there.Complete && len(r.Runs) < plan.TotalRuns() {
		return nil, fmt.Errorf("%s has %d runs of the %d of its plan", filepath.Join(dir, runsName), len(r.Runs), plan.TotalRuns())
	}
	return r, nil
}

func decodeRun[P StoredPlan, R StoredRun[P]](line Line, plan P) (run R, err error) {
	if !plan.Contains(line.N, line.Run) {
		return run, errors.New("the plan has no such run")
	}
	if err := decodeExactly(line.JSON, &run); err != nil {
		return run, err
	}
	return run, run.ValidateStored(plan)
}

// MergeRuns sorts the runs of several directories by (n, run) and removes duplicates.
// Two different results of the same run are an error.
func MergeRuns[R any](runs []R, key func(R) (n, run int)) ([]R, error) {
	compare := func(a, b R) int {
		an, ar := key(a)
		bn, br := key(b)
		return cmp.Or(cmp.Compare(an, bn), cmp.Compare(ar, br))
	}
	// As text, since a loss that is not a number does not equal itself.
	result := func(r R) string { return fmt.Sprintf("%+v", r) }
	slices.SortStableFunc(runs, compare)
	runs = slices.CompactFunc(runs, func(a, b R) bool { return compare(a, b) == 0 && result(a) == result(b) })
	for i := 1; i < len(runs); i++ {
		if compare(runs[i-1], runs[i]) == 0 {
			n, run := key(runs[i])
			return nil, fmt.Errorf("n=%d run=%d has different results in two directories", n, run)
		}
	}
	return runs, nil
}
