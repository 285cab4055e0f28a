package experiment_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

func indexJob() experiment.Job {
	plan, err := index.Preset("smoke")
	if err != nil {
		panic(err)
	}
	plan.Sizes, plan.Runs, plan.Epochs, plan.Batch = []int{2}, 17, 1, 10
	plan.TrainSamples, plan.TestSamples = 0, 0
	networks, err := mnist.New(plan.Plan, datasettest.Random(30, 20), simd.Detect())
	if err != nil {
		panic(err)
	}
	return index.New(networks, simd.Detect()).WithSpectra().Job(environment.Here("generic", 1))
}

// A subject is an experiment whose units have been computed before: computing them again takes no
// time.
type subject struct {
	experimentKind
	stored func(dir string) (experiment.Job, error)
	whole  string   // directory that was left in peace
	intact contents // of it
}

func subjects(t *testing.T) []subject {
	all := []subject{
		{kindOf("mnist"), mnist.StoredJob, "", contents{}},
		{kindOf("spinglass"), spinglass.StoredJob, "", contents{}},
		{experimentKind{"index", indexJob, func(dir string) (contents, error) { return readAll(dir, index.ReadRuns, index.ReadSpectra) }}, index.StoredJob, "", contents{}},
	}
	for i := range all {
		job := computed(t, all[i].job())
		all[i].job = func() experiment.Job { return job }
		all[i].whole = filepath.Join(t.TempDir(), "whole")
		wanted(t, false, use(t.Context(), all[i], all[i].whole))
		all[i].intact = mustRead(t, all[i].experimentKind, all[i].whole)
	}
	return all
}

// computed returns the job with units that return what they have computed once. Their lines must
// be those that Job.UnitOf says.
func computed(t *testing.T, job experiment.Job) experiment.Job {
	for i, u := range job.Units {
		out, err := u.Run(t.Context(), func(experiment.Work) {}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range out.Lines {
			if key := job.UnitOf(line); key != u.Key {
				t.Errorf("n=%d run=%d is of %s, UnitOf says %s", line.N, line.Run, u.Key, key)
			}
		}
		job.Units[i].Run = func(context.Context, func(experiment.Work), *experiment.Checkpoint) (experiment.Output, error) {
			return out, nil
		}
	}
	job.Partition = nil // it would compute them again
	return job
}

// failingAt returns the job with a unit that fails. One worker computes the units before it, and
// none after it.
func failingAt(unit int, job experiment.Job) experiment.Job {
	job.Units = slices.Clone(job.Units)
	for i := range job.Units {
		job.Units[i].Cost = float64(len(job.Units) - i)
		if i < unit {
			continue
		}
		job.Units[i].Run = func(ctx context.Context, _ func(experiment.Work), _ *experiment.Checkpoint) (experiment.Output, error) {
			if i > unit {
				<-ctx.Done()
			}
			return experiment.Output{}, errors.New("broken on purpose")
		}
	}
	return job
}

// failingLast is failingAt for the last unit.
func failingLast(job experiment.Job) experiment.Job { return failingAt(len(job.Units)-1, job) }
