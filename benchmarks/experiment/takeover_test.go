package experiment_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// dropClaim deletes a claim, so that another process takes the unit too.
func dropClaim(t *testing.T, dir string, unit int) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "join", "claims", fmt.Sprintf("unit-%d.0", unit))); err != nil {
		t.Error(err)
	}
}

// A worker that comes back after its unit was taken over, and after the results were written,
// does no harm, and leaves the recorded lines as they are. If its results, or its recorded lines,
// differ, it says so. Time is simulated.
func TestLateWorker(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: allRecorded}, whole, 1)
	runs := read(t, whole, "runs.jsonl")
	for _, c := range []struct {
		name  string
		spoil func(out *experiment.Output)
		want  []string // in the error; nil: there is none
	}{
		{"the same", func(*experiment.Output) {}, nil},
		{"another result", func(out *experiment.Output) {
			out.Lines[0].JSON = bytes.Replace(out.Lines[0].JSON, []byte(`"loss":0.`), []byte(`"loss":1.`), 1)
		}, []string{"different results", "loss is 0.", " and 1."}},
		{"other recorded lines", func(out *experiment.Output) { out.Sidecar = []byte("{\"other\":1}\n") }, []string{"recorded other lines"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "shared")
			late := &fake{delay: time.Hour, recorded: allRecorded}
			job := late.job()
			for i := range job.Units {
				compute := job.Units[i].Run
				job.Units[i].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
					out, err := compute(ctx, report, saved)
					if err == nil {
						c.spoil(&out)
					}
					return out, err
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
			if said, wrote, err := join(t.Context(), (&fake{delay: time.Second, recorded: allRecorded}).job(), dir, 2); err != nil || !wrote {
				t.Fatalf("%v: %s", err, said)
			}
			if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
				t.Error("runs.jsonl differs")
			}
			done.Wait()
			if len(late.computed) != 1 {
				t.Errorf("the late worker computed %q", late.computed)
			}
			if c.want != nil {
				if lateErr == nil {
					t.Fatalf("%s of the late worker are not noticed", c.name)
				}
				wantSubstrings(t, lateErr.Error(), append(c.want, late.computed[0])...)
			} else if lateErr != nil {
				t.Errorf("%v: %s", lateErr, saidLate)
			}
			if _, err := os.Lstat(filepath.Join(dir, "checkpoints")); err == nil {
				t.Error("checkpoints are left")
			}
			recorded := filepath.Join("curves", fmt.Sprintf("unit-%d.jsonl", unit))
			for _, file := range []string{"runs.jsonl", "curves.jsonl", recorded} {
				if !bytes.Equal(read(t, dir, file), read(t, whole, file)) {
					t.Errorf("the late worker changed %s", file)
				}
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
