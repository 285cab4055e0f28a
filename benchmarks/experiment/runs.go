package experiment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
)

// A StoredPoint is a line of a sidecar: a run after a number of steps.
type StoredPoint[P any] interface {
	StoredRun[P]
	// Place returns the run and the step, from 0. The points of a run are sorted by step.
	Place() (n, run, step int)
}

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
	return readStored(dir, func(s *stored) (*Runs[P, R], error) {
		plan, err := planOf[P](s, name, format)
		if err != nil {
			return nil, err
		}
		r := &Runs[P, R]{Plan: plan, Parts: []P{plan}}
		there, err := s.results(func(line Line) error {
			_, err := decodeRun[P, R](line, plan)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, line := range there.Lines {
			run, err := decodeRun[P, R](line, plan)
			if err != nil {
				return nil, err
			}
			r.Runs = append(r.Runs, run)
		}
		if there.Complete && len(r.Runs) != plan.TotalRuns() {
			return nil, s.damage(runsName, 0, fmt.Errorf("it has %d runs of the %d of the plan", len(r.Runs), plan.TotalRuns()))
		}
		r.Complete, r.Notes = there.Complete, there.Notes
		return r, nil
	})
}

// ReadSidecar returns the lines of the named sidecar of a directory, verified as by
// [ReadRuns]; none if nothing was recorded, or the directory is not finished.
func ReadSidecar[P StoredPlan, T StoredPoint[P]](dir, name string, format int, sidecar string) ([]T, error) {
	return readStored(dir, func(s *stored) ([]T, error) {
		plan, err := planOf[P](s, name, format)
		if err != nil {
			return nil, err
		}
		file := sidecarFile(sidecar)
		if s.sums.digestOf(file) == "" {
			// Versions before the digests left the file of a finished directory without one.
			for _, needed := range []string{runsName, file} {
				if there, err := s.has(needed); !there || err != nil {
					return nil, err
				}
			}
		}
		var points []T
		last := make(map[[2]int]int) // step of each run
		err = s.eachLine(file, func(line []byte) error {
			var point T
			if err := decodeExactly(line, &point); err != nil {
				return err
			}
			if err := point.ValidateStored(plan); err != nil {
				return err
			}
			n, run, step := point.Place()
			if before, again := last[[2]int{n, run}]; again && step <= before {
				return fmt.Errorf("n=%d run=%d: step %d after step %d", n, run, step, before)
			}
			last[[2]int{n, run}] = step
			points = append(points, point)
			return nil
		})
		return points, err
	})
}

// StoredJob returns the job of a directory's plan, which is checked as by [ReadRuns], with the check
// of its lines that [Merge] needs. job makes it of the plan.
func StoredJob[P StoredPlan, R StoredRun[P]](dir, name string, format int, job func(plan P) Job) (Job, error) {
	plan, err := readStored(dir, func(s *stored) (P, error) { return planOf[P](s, name, format) })
	if err != nil {
		return Job{}, err
	}
	stored := job(plan)
	stored.Check = func(line Line) error {
		_, err := decodeRun[P, R](line, plan)
		return err
	}
	return stored, nil
}

// planOf returns the plan of a directory.
func planOf[P StoredPlan](s *stored, name string, format int) (P, error) {
	plan, err := decodePlan[P](s.plan, name, format)
	if err != nil {
		err = fmt.Errorf("%s: %w", filepath.Join(s.dir, planName), err)
	}
	return plan, err
}

func decodeRun[P StoredPlan, R StoredRun[P]](line Line, plan P) (run R, err error) {
	if !plan.Contains(line.N, line.Run) {
		return run, fmt.Errorf("the plan has no run n=%d run=%d", line.N, line.Run)
	}
	if err := decodeExactly(line.JSON, &run); err != nil {
		return run, err
	}
	return run, run.ValidateStored(plan)
}

// ReadAll returns the runs of several directories, at least one, as one experiment. Their plans may
// differ in the given top-level fields only, which merge joins. A run that is in two
// directories must be the same in both.
func ReadAll[P, R any](dirs []string, read func(dir string) (*Runs[P, R], error), merge func(all *P, part P), key func(R) (n, run int), fields ...string) (*Runs[P, R], error) {
	all, err := read(dirs[0])
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs[1:] {
		r, err := read(dir)
		if err != nil {
			return nil, err
		}
		if differences := DifferencesText(all.Plan, r.Plan, fields...); differences != "" {
			return nil, fmt.Errorf("%s and %s are of different experiments: they differ in %s", dirs[0], dir, differences)
		}
		merge(&all.Plan, r.Plan)
		all.Parts = append(all.Parts, r.Parts...)
		all.Runs = append(all.Runs, r.Runs...)
		all.Notes = append(all.Notes, r.Notes...)
		all.Complete = all.Complete && r.Complete
	}
	all.Runs, err = MergeRuns(all.Runs, key)
	if err != nil {
		return nil, err
	}
	return all, nil
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
	result := func(r R) string {
		text, err := json.Marshal(r)
		if err != nil {
			panic(err) // it was read from JSON
		}
		return string(text)
	}
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
