package experiment_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

const allRecorded = 1<<12 - 1

// join runs a job in a shared directory and returns its messages.
func join(ctx context.Context, job experiment.Job, dir string, workers int) (said string, wrote bool, err error) {
	var b bytes.Buffer
	wrote, err = experiment.Join(ctx, job, options(dir, workers, &b))
	return b.String(), wrote, err
}

// wantWhole checks that a directory is as one process would have left it.
func wantWhole(t *testing.T, dir, whole string) {
	t.Helper()
	for _, name := range []string{"plan.json", "runs.jsonl", "curves.jsonl", "SHA256SUMS"} {
		want, err := os.ReadFile(filepath.Join(whole, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // no sidecar
		}
		if got := read(t, dir, name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	for _, name := range []string{"join", "checkpoints", "lock"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", name, err)
		}
	}
	f := &fake{}
	if said := run(t, f, dir, 1); len(f.computed) > 0 {
		t.Errorf("%q computed again: %s", f.computed, said)
	}
}

// Processes that begin at the same instant share the work, each unit is computed once, and
// one of them writes the results. Time is simulated.
func TestJoin(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: allRecorded}, whole, 1)
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "shared")
		fakes := make([]fake, 4)
		var writers, units int
		var mu sync.Mutex
		var processes sync.WaitGroup
		for i := range fakes {
			fakes[i].recorded, fakes[i].delay = allRecorded, time.Minute
			processes.Go(func() {
				said, wrote, err := join(t.Context(), fakes[i].job(), dir, 1+i%2)
				mu.Lock()
				defer mu.Unlock()
				if err != nil || !strings.Contains(said, "complete, 12 packs") {
					t.Errorf("%v: %s", err, said)
				}
				if wrote {
					writers++
				}
				units += len(fakes[i].computed)
				if len(fakes[i].computed) == 0 {
					t.Error("a process had nothing to do")
				}
			})
		}
		processes.Wait()
		if writers != 1 || units != thePlan.Units {
			t.Errorf("%d processes wrote the results, %d units were computed", writers, units)
		}
		wantWhole(t, dir, whole)
		times := 0
		for _, s := range experiment.ReadTiming(dir) {
			times += len(s.Units)
		}
		if times != thePlan.Units {
			t.Errorf("timing.jsonl has %d units", times)
		}
	})
}

// An interrupted directory of one process is continued by several, and merged with others
// while it is not finished.
func TestJoinContinuesAndMerges(t *testing.T) {
	_, runs := finishedDirectory(t)
	dir := filepath.Join(t.TempDir(), "out")
	if err := experiment.Run(t.Context(), (&fake{fail: unitKey(8)}).job(), options(dir, 1, io.Discard)); err == nil {
		t.Fatal("no error")
	}
	if _, _, err := join(t.Context(), (&fake{fail: unitKey(8)}).job(), dir, 1); err == nil {
		t.Fatal("no error")
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := experiment.Run(t.Context(), (&fake{}).job(), options(other, 1, io.Discard)); err != nil {
		t.Fatal(err)
	}
	merged := filepath.Join(t.TempDir(), "merged")
	if summary, err := merge(merged, false, dir, other); err != nil || !strings.Contains(summary, ": 0 differ") {
		t.Errorf("%s, %v", summary, err)
	}
	if _, wrote, err := join(t.Context(), (&fake{}).job(), dir, 1); err != nil || !wrote {
		t.Fatal(err)
	}
	for _, d := range []string{merged, dir} {
		if !bytes.Equal(read(t, d, "runs.jsonl"), runs) {
			t.Errorf("%s: runs.jsonl differs", d)
		}
	}
}

// What cannot be joined is one clear line, and stays as it is.
func TestJoinRefuses(t *testing.T) {
	shard := filepath.Join(t.TempDir(), "shard")
	if err := runShard(t.Context(), (&fake{}).job(), shard, 1, 3); err != nil {
		t.Fatal(err)
	}
	foreign := t.TempDir()
	write(t, foreign, "thesis.tex", []byte("mine"))
	inTheWay := filepath.Join(t.TempDir(), "out")
	if err := experiment.Run(t.Context(), (&fake{fail: unitKey(3)}).job(), options(inTheWay, 1, io.Discard)); err == nil {
		t.Fatal("no error")
	}
	write(t, inTheWay, "join", []byte("mine"))
	damaged, _ := finishedDirectory(t)
	write(t, damaged, "runs.jsonl", []byte("x\n"))
	file := filepath.Join(foreign, "thesis.tex")
	whole, _ := finishedDirectory(t)
	for _, c := range []struct {
		dir  string
		plan any
		want string
	}{
		{shard, nil, "holds shard 1/3"},
		{foreign, nil, "holds other files (thesis.tex)"},
		{file, nil, "shared directory"},
		{inTheWay, nil, "join is in the way"},
		{damaged, nil, "the command that computed the directory repairs it, with -out alone, not with -join"},
		{whole, fakePlan{"fake", 12, 0.2}, "learning rate is 0.1 there, 0.2 here"},
	} {
		before := entries(c.dir)
		f := &fake{plan: c.plan}
		said, wrote, err := join(t.Context(), f.job(), c.dir, 1)
		if err == nil || wrote || len(f.computed) > 0 {
			t.Errorf("%s is joined: %s", c.dir, said)
			continue
		}
		wantSubstrings(t, err.Error(), c.want)
		if after := entries(c.dir); !slices.Equal(before, after) {
			t.Errorf("%s: the directory has %q, before %q", c.want, after, before)
		}
	}
}

func entries(dir string) (names []string) {
	all, _ := os.ReadDir(dir)
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// While processes share a directory, nobody else computes there; and while one computes alone,
// it is not shared.
func TestJoinLocks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shared")
	inside := (&fake{}).job()
	compute := inside.Units[0].Run
	var alone, plain error
	inside.Units[0].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		plain = experiment.Run(ctx, (&fake{}).job(), options(dir, 1, io.Discard))
		return compute(ctx, report, saved)
	}
	if _, _, err := join(t.Context(), inside, dir, 1); err != nil {
		t.Fatal(err)
	}
	if plain == nil || !strings.Contains(plain.Error(), "in use by processes that compute there together; wait for them, or join them with -join "+dir) {
		t.Errorf("a process alone: %v", plain)
	}
	other := filepath.Join(t.TempDir(), "alone")
	inside.Units[0].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		_, _, alone = join(ctx, (&fake{}).job(), other, 1)
		return compute(ctx, report, saved)
	}
	if err := experiment.Run(t.Context(), inside, options(other, 1, io.Discard)); err != nil {
		t.Fatal(err)
	}
	if alone == nil || !strings.Contains(alone.Error(), "which does not share it") {
		t.Errorf("a process that joins one alone: %v", alone)
	}
}

// A missing file of recorded lines is not taken for a directory that somebody removed.
func TestJoinNamesMissingFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shared")
	stopped(t, dir, 9, true)
	some, err := filepath.Glob(filepath.Join(dir, "curves", "*"))
	if err != nil || len(some) == 0 {
		t.Fatal(some, err)
	}
	if err := os.Remove(some[0]); err != nil {
		t.Fatal(err)
	}
	_, _, err = join(t.Context(), (&fake{}).job(), dir, 1)
	if err == nil || strings.Contains(err.Error(), "was removed") {
		t.Fatal(err)
	}
	wantSubstrings(t, err.Error(), some[0], "a command that records curves as well computes this pack again")
}
