package spinglass_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// Blocks that are interrupted after any number of steps, again and again, continue from there and
// end with the same bytes, trajectories included.
func TestInterruptedBlocksContinue(t *testing.T) {
	for name, c := range map[string]struct {
		method     spinglass.Method
		settle     float64
		trajectory []int
	}{
		"gd":                     {spinglass.GD, .1, nil},
		"gd, trajectories":       {spinglass.GD, 0, []int{0, 3, 11, 60}},
		"sgd":                    {spinglass.SGD, .1, nil},
		"langevin, trajectories": {spinglass.Langevin, 0, []int{5, 19, 20, 30}},
		"mala":                   {spinglass.MALA, 0, []int{5, 20, 40}},
	} {
		t.Run(name, func(t *testing.T) {
			p := smallPlan(t, c.method)
			p.Starts, p.Settle = 20, c.settle
			e, err := prepare(t, p, simd.Detect()).WithTrajectories(c.trajectory)
			if err != nil {
				t.Fatal(err)
			}
			whole, parts := t.TempDir(), t.TempDir()
			run(t, e, whole, 1)
			if continued := interrupted(t, e, parts); continued < 10 {
				t.Errorf("%d times continued from a checkpoint", continued)
			}
			files := []string{"runs.jsonl", "SHA256SUMS"}
			if c.trajectory != nil {
				files = append(files, "trajectories.jsonl")
			}
			for _, file := range files {
				if want, got := content(t, whole, file), content(t, parts, file); !bytes.Equal(got, want) {
					t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
				}
			}
		})
	}
}

// interrupted runs the experiment and cancels it at each seventh step, until it is finished. It
// returns how many units continued from a checkpoint.
func interrupted(t *testing.T, e *spinglass.Experiment, dir string) (continued int) {
	t.Helper()
	for range 200 {
		messages, err := cancelled(t, e, dir, 7)
		continued += strings.Count(messages, "continues from there")
		if err == nil {
			return continued
		}
		if !errors.Is(err, context.Canceled) || strings.Contains(messages, "not used") {
			t.Fatalf("%v, %s", err, messages)
		}
	}
	t.Fatal("it never ends")
	return 0
}

// cancelled runs the experiment until a unit has taken the given number of steps.
func cancelled(t *testing.T, e *spinglass.Experiment, dir string, steps int) (messages string, err error) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	job := e.Job(nil)
	wrap := func(units []experiment.Unit) []experiment.Unit {
		for i, u := range units {
			units[i].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
				taken := 0
				return u.Run(ctx, func(w experiment.Work) {
					if taken++; taken == steps {
						cancel()
					}
					report(w)
				}, saved)
			}
		}
		return units
	}
	partition := job.Partition
	job.Units = wrap(job.Units)
	job.Partition = func(finished []string) []experiment.Unit { return wrap(partition(finished)) }
	var b strings.Builder
	err = experiment.Run(ctx, job, experiment.Options{Dir: dir, Workers: 1, Stderr: &b})
	return b.String(), err
}

// A checkpoint that is damaged, or that another trajectory was recorded with, is reported and not
// used. A directory without checkpoints, as earlier versions left it, continues.
func TestUnusableCheckpoint(t *testing.T) {
	p := smallPlan(t, spinglass.GD)
	p.Sizes, p.Starts, p.Settle = p.Sizes[:1], 20, 0
	p.SetDisorders(4, 1)
	plain := prepare(t, p, simd.Detect())
	with, err := plain.WithTrajectories([]int{0, 30})
	if err != nil {
		t.Fatal(err)
	}
	want := content(t, compute(t, p, simd.Detect(), 1), "runs.jsonl")
	for name, c := range map[string]struct {
		first, then *spinglass.Experiment
		spoil       func(path string) error
		message     string
	}{
		"damaged": {plain, plain, func(path string) error {
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			raw[len(raw)/2]++
			return os.WriteFile(path, raw, 0o644)
		}, "damaged"},
		"without a trajectory": {plain, with, func(string) error { return nil }, "trajectory after other steps"},
		"with a trajectory":    {with, plain, func(string) error { return nil }, "trajectory after other steps"},
		"none":                 {plain, plain, os.Remove, ""},
	} {
		dir := t.TempDir()
		if _, err := cancelled(t, c.first, dir, 5); !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: %v", name, err)
		}
		if err := c.spoil(filepath.Join(dir, "checkpoints", "n=4-disorder=0-starts=0-19")); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := experiment.Run(t.Context(), c.then.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: &b}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "not used") != (c.message != "") || !strings.Contains(b.String(), c.message) {
			t.Errorf("%s: messages %s", name, b.String())
		}
		if !bytes.Equal(content(t, dir, "runs.jsonl"), want) {
			t.Errorf("%s: other runs", name)
		}
	}
}

func content(t *testing.T, dir, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A unit that is cancelled after its last step, while its trajectory is formatted, keeps its steps.
func TestCancelledAfterTheLastStep(t *testing.T) {
	p := smallPlan(t, spinglass.GD)
	p.Sizes, p.Starts, p.Settle = p.Sizes[:1], 20, 0
	p.SetDisorders(4, 1)
	e, err := prepare(t, p, simd.Detect()).WithTrajectories([]int{0, 3})
	if err != nil {
		t.Fatal(err)
	}
	whole, parts := t.TempDir(), t.TempDir()
	run(t, e, whole, 1)
	runUntil := func(questions int64) (asked int64, messages string, err error) {
		job := e.Job(nil)
		compute := job.Units[0].Run
		job.Units[0].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
			c := &countingContext{Context: ctx, most: questions}
			defer func() { asked = c.asked.Load() }()
			return compute(c, report, saved)
		}
		var b strings.Builder
		err = experiment.Run(t.Context(), job, experiment.Options{Dir: parts, Workers: 1, Stderr: &b})
		return asked, b.String(), err
	}
	asked, _, err := runUntil(math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	parts = t.TempDir()
	if _, messages, err := runUntil(asked - 1); !errors.Is(err, context.Canceled) { // the trajectory of the last start
		t.Fatalf("%v, %s", err, messages)
	}
	messages, err := cancelled(t, e, parts, 1) // it takes no step
	if err != nil || !strings.Contains(messages, "continues from there") {
		t.Fatalf("%v, %s", err, messages)
	}
	for _, file := range []string{"runs.jsonl", "trajectories.jsonl", "SHA256SUMS"} {
		if want, got := content(t, whole, file), content(t, parts, file); !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
		}
	}
}

// A countingContext is cancelled when it was asked for its error a number of times.
type countingContext struct {
	context.Context
	most  int64
	asked atomic.Int64
}

func (c *countingContext) Err() error {
	if c.asked.Add(1) > c.most {
		return context.Canceled
	}
	return c.Context.Err()
}
