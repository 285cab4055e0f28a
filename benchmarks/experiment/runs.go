package experiment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Runs are the contents of a directory, unmarshalled to the types P of a job's plan and R
// of its lines.
type Runs[P, R any] struct {
	Plan     P
	Runs     []R      // sorted by (n, run)
	Complete bool     // all runs of the plan are finished
	Notes    []string // lines and files that were ignored, and why
}

// ReadRuns returns the runs in a directory, finished or not, verified as by [Read]. The
// plan must have the given experiment name and format, which are fields of every plan.
func ReadRuns[P, R any](dir, name string, format int) (*Runs[P, R], error) {
	there, err := Read(dir)
	if err != nil {
		return nil, err
	}
	r := &Runs[P, R]{Complete: there.Complete, Notes: there.Notes}
	var kind struct {
		Experiment string
		Format     int
	}
	if err := json.Unmarshal(there.Plan, &kind); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if kind.Experiment != name || kind.Format != format {
		return nil, fmt.Errorf("%s holds experiment %q, format %d; this version reads %s, format %d",
			dir, kind.Experiment, kind.Format, name, format)
	}
	if err := json.Unmarshal(there.Plan, &r.Plan); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	for _, line := range there.Lines {
		var run R
		if err := json.Unmarshal(line.JSON, &run); err != nil {
			return nil, fmt.Errorf("%s: n=%d run=%d: %w", dir, line.N, line.Run, err)
		}
		r.Runs = append(r.Runs, run)
	}
	return r, nil
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
