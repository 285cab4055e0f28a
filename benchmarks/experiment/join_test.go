package experiment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	o := options(dir, workers, &b)
	o.Join = true
	wrote, err = experiment.Join(ctx, job, o)
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

// dropClaim deletes a claim, so that another process takes the unit too.
func dropClaim(t *testing.T, dir string, unit int) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "join", "claims", fmt.Sprintf("unit-%d.0", unit))); err != nil {
		t.Error(err)
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

// A worker that comes back after its unit was taken over, and after the results were written,
// does no harm. If its results differ, it says so. Time is simulated.
func TestLateWorker(t *testing.T) {
	_, runs := finishedDirectory(t)
	for _, differs := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "shared")
			late := &fake{delay: time.Hour}
			job := late.job()
			if differs {
				for i := range job.Units {
					compute := job.Units[i].Run
					job.Units[i].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
						out, err := compute(ctx, report, saved)
						if err == nil {
							out.Lines[0].JSON = bytes.Replace(out.Lines[0].JSON, []byte(`"loss":0.`), []byte(`"loss":1.`), 1)
						}
						return out, err
					}
				}
			}
			var lateErr error
			var saidLate string
			var done sync.WaitGroup
			done.Go(func() { saidLate, _, lateErr = join(t.Context(), job, dir, 1) })
			synctest.Wait() // it computes its first unit
			var unit int
			if _, err := fmt.Sscanf(late.computed[0], "unit %d", &unit); err != nil {
				t.Fatal(err)
			}
			dropClaim(t, dir, unit) // as if it had been stopped for long
			if said, wrote, err := join(t.Context(), (&fake{delay: time.Second}).job(), dir, 2); err != nil || !wrote {
				t.Fatalf("%v: %s", err, said)
			}
			if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
				t.Error("runs.jsonl differs")
			}
			done.Wait()
			if len(late.computed) != 1 {
				t.Errorf("the late worker computed %q", late.computed)
			}
			if differs {
				if lateErr == nil {
					t.Fatal("the late worker's other results are not noticed")
				}
				wantSubstrings(t, lateErr.Error(), late.computed[0], "different results", "loss is 0.", " and 1.")
			} else if lateErr != nil {
				t.Errorf("%v: %s", lateErr, saidLate)
			}
			if _, err := os.Lstat(filepath.Join(dir, "checkpoints")); err == nil {
				t.Error("checkpoints are left")
			}
			if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
				t.Error("the late worker changed runs.jsonl")
			}
		})
	}
}

// A unit that two processes computed while others are missing is compared at once.
func TestJoinComparesUnitsComputedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "shared")
		wrong := (&fake{delay: time.Minute}).job()
		for i := range wrong.Units {
			wrong.Units[i].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
				time.Sleep(time.Minute)
				lines, err := fakeLines(i)
				lines[0].JSON = bytes.Replace(lines[0].JSON, []byte(`"loss":0.`), []byte(`"loss":1.`), 1)
				return experiment.Output{Lines: lines}, err
			}
		}
		var wrongErr error
		var done sync.WaitGroup
		done.Go(func() { _, _, wrongErr = join(t.Context(), wrong, dir, 1) })
		synctest.Wait()
		claims, err := os.ReadDir(filepath.Join(dir, "join", "claims"))
		if err != nil || len(claims) != 1 {
			t.Fatalf("%v, %v", claims, err)
		}
		if err := os.Remove(filepath.Join(dir, "join", "claims", claims[0].Name())); err != nil {
			t.Fatal(err)
		}
		_, wrote, err := join(t.Context(), (&fake{delay: 20 * time.Second}).job(), dir, 1)
		done.Wait()
		for _, err := range []error{wrongErr, err} {
			if err == nil {
				t.Fatal("two different results are accepted")
			}
			wantSubstrings(t, err.Error(), "different results in "+filepath.Join(dir, "join"), "lossglass verify on both")
		}
		if _, err := os.Stat(filepath.Join(dir, "runs.jsonl")); err == nil || wrote {
			t.Error("runs.jsonl is written")
		}
	})
}

// Processes that are interrupted again and again, at any unit, leave a directory that others
// continue: together, or one alone. A torn journal, a damaged one and a damaged sidecar cost
// the units that they had.
func TestInterruptedJoin(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: allRecorded}, whole, 1)
	for name, spoil := range map[string]func(t *testing.T, journal, dir string){
		"nothing": func(*testing.T, string, string) {},
		"torn": func(t *testing.T, journal, _ string) {
			info, err := os.Stat(journal)
			if err == nil {
				err = os.Truncate(journal, info.Size()-5)
			}
			if err != nil {
				t.Error(err)
			}
		},
		"corrupted": func(t *testing.T, journal, _ string) {
			content := read(t, filepath.Dir(journal), filepath.Base(journal))
			content[len(content)/2] ^= 1
			write(t, filepath.Dir(journal), filepath.Base(journal), content)
		},
		"sidecar": func(t *testing.T, _, dir string) {
			some, err := filepath.Glob(filepath.Join(dir, "curves", "*"))
			if err != nil || len(some) == 0 {
				t.Fatal(some, err)
			}
			write(t, filepath.Dir(some[0]), filepath.Base(some[0]), []byte("x\n"))
		},
	} {
		for _, alone := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/alone=%t", name, alone), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					dir := filepath.Join(t.TempDir(), "shared")
					for _, unit := range []int{8, 9, 3} { // in the order in which they are begun
						f := &fake{recorded: allRecorded, delay: time.Second, fail: unitKey(unit)}
						if _, _, err := join(t.Context(), f.job(), dir, 2); err == nil || !strings.Contains(err.Error(), "on purpose") {
							t.Fatal(err)
						}
					}
					journals, err := filepath.Glob(filepath.Join(dir, "join", "*.journal.jsonl"))
					if err != nil || len(journals) == 0 {
						t.Fatal(journals, err)
					}
					spoil(t, journals[0], dir)
					if results, err := experiment.Read(dir); err != nil || results.Complete || len(results.Lines) == 0 {
						t.Errorf("%+v, %v", results, err)
					} else {
						wantSubstrings(t, strings.Join(results.Notes, "\n"), fmt.Sprintf("computed by %d process", len(journals)))
					}
					f := &fake{recorded: allRecorded, delay: time.Second}
					said := ""
					if alone {
						said = run(t, f, dir, 2)
					} else {
						var wrote bool
						if said, wrote, err = join(t.Context(), f.job(), dir, 2); err != nil || !wrote {
							t.Fatalf("%v: %s", err, said)
						}
					}
					if name == "torn" || name == "corrupted" {
						wantSubstrings(t, said, filepath.Base(journals[0]), "not used")
					}
					if len(f.computed) == 0 || len(f.computed) == thePlan.Units {
						t.Errorf("%q computed: %s", f.computed, said)
					}
					wantWhole(t, dir, whole)
				})
			})
		}
	}
}

// A process that is cancelled gives its units back at once.
func TestCancelledJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "shared")
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(90*time.Second, cancel)
		_, _, err := join(ctx, (&fake{delay: time.Minute}).job(), dir, 2)
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		wantSubstrings(t, err.Error(), "2 of 12 packs", "the same command continues")
		begun := time.Now()
		f := &fake{delay: time.Minute}
		if said, wrote, err := join(t.Context(), f.job(), dir, 2); err != nil || !wrote || len(f.computed) != 10 {
			t.Fatalf("%v, %q: %s", err, f.computed, said)
		}
		if took := time.Since(begun); took >= 6*time.Minute { // simulated
			t.Errorf("%v for 10 units of a minute on two workers", took)
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
