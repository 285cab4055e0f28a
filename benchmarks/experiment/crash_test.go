package experiment_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/crash"
)

// A panic in a unit is an error of the run, and the units finished before are kept.
func TestPanickingUnit(t *testing.T) {
	dir := t.TempDir()
	job := (&fake{}).job()
	last := 0
	for i, u := range job.Units {
		if u.Cost < job.Units[last].Cost {
			last = i
		}
	}
	job.Units[last].Run = func(context.Context, func(experiment.Work), *experiment.Checkpoint) (experiment.Output, error) {
		panic("broken on purpose")
	}
	err := experiment.Run(t.Context(), job, options(dir, 1, io.Discard))
	if fault := new(crash.Error); !errors.As(err, &fault) {
		t.Fatalf("a panic gives %v", err)
	}
	wantSubstrings(t, err.Error(), job.Units[last].Key, "broken on purpose", "TestPanickingUnit")
	if results, err := experiment.Read(dir); err != nil || len(results.Lines) == 0 {
		t.Errorf("what was finished before: %v, %v", results, err)
	}
}
