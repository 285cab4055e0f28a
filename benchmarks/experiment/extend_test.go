package experiment_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/simd"
)

// partJob returns the job of the first units of the fake, a part of the whole.
func partJob(f *fake, units int) experiment.Job {
	job := f.job()
	part := thePlan
	part.Units, job.Runs = units, 0
	job.Plan, job.Units = part, job.Units[:units]
	for i := range units {
		job.Runs += 1 + i%4
	}
	return job
}

// wholeJob returns the job of all units of the fake, to which a directory with a part is extended.
func wholeJob(f *fake) experiment.Job {
	job := f.job()
	job.Extends = func(plan []byte) (func(experiment.Line) (experiment.Line, error), bool) {
		part := fakePlan{}
		err := json.Unmarshal(plan, &part)
		return nil, err == nil && part.Rate == thePlan.Rate && part.Units < thePlan.Units
	}
	return job
}

func runJob(t *testing.T, job experiment.Job, dir string) string {
	t.Helper()
	var b strings.Builder
	if err := experiment.Run(t.Context(), job, options(dir, 1, &b)); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	return b.String()
}

func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// A process that is killed at any moment of an extension leaves a directory that the part's command
// finds finished, or else that the whole's command extends. Neither computes anything again, and both
// end with the bytes of a directory that was not disturbed, sidecars included.
func TestKilledExtension(t *testing.T) {
	const units = 8
	for name, recorded := range map[string]uint{"plain": 0, "sidecars": 1<<12 - 1} {
		t.Run(name, func(t *testing.T) {
			part, whole := t.TempDir(), t.TempDir()
			runJob(t, partJob(&fake{recorded: recorded}, units), part)
			runJob(t, wholeJob(&fake{recorded: recorded}), whole)

			// What an extension leaves before it computes anything.
			extended := copyDir(t, part)
			if err := experiment.Run(t.Context(), failing(wholeJob(&fake{recorded: recorded})), options(extended, 1, io.Discard)); err == nil {
				t.Fatal("no error")
			}
			old, records := read(t, part, "journal.jsonl"), read(t, extended, "journal.jsonl")
			if slices.Equal(old, records) {
				t.Fatal("the extension leaves the journal as it is")
			}
			both := slices.Concat(old, records)
			remove := func(names ...string) func(dir string) {
				return func(dir string) {
					for _, name := range names {
						if err := os.Remove(filepath.Join(dir, name)); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			newPlan := func(dir string) { write(t, dir, "plan.json", read(t, extended, "plan.json")) }
			states := map[string]func(dir string){
				"before":             func(string) {},
				"one record is torn": func(dir string) { write(t, dir, "journal.jsonl", both[:len(old)+len(records)/2]) },
				"records are added":  func(dir string) { write(t, dir, "journal.jsonl", both) },
				"runs are removed":   func(dir string) { write(t, dir, "journal.jsonl", both); remove("runs.jsonl")(dir) },
				"digests are removed": func(dir string) {
					write(t, dir, "journal.jsonl", both)
					remove("runs.jsonl", "SHA256SUMS")(dir)
				},
				"the plan is replaced": func(dir string) {
					write(t, dir, "journal.jsonl", both)
					remove("runs.jsonl", "SHA256SUMS")(dir)
					newPlan(dir)
				},
				"the journal is replaced": func(dir string) {
					write(t, dir, "journal.jsonl", records)
					remove("runs.jsonl", "SHA256SUMS")(dir)
					newPlan(dir)
				},
			}
			for state, spoil := range states {
				for _, c := range []struct {
					name string
					job  func(*fake) experiment.Job
					want string // directory
					kept int
				}{
					{"the part's command", func(f *fake) experiment.Job { return partJob(f, units) }, part, units},
					{"the whole's command", wholeJob, whole, units},
				} {
					dir := copyDir(t, part)
					spoil(dir)
					f := &fake{recorded: recorded}
					var b strings.Builder
					err := experiment.Run(t.Context(), c.job(f), options(dir, 1, &b))
					if refusal := new(experiment.MismatchError); errors.As(err, &refusal) && strings.HasSuffix(state, "replaced") && c.want == part {
						continue // it is a directory of the whole already
					}
					if err != nil {
						t.Errorf("%s, %s: %v\n%s", state, c.name, err, b.String())
						continue
					}
					if missing := fmt.Sprint(f.computed); slices.ContainsFunc(f.computed, func(key string) bool { return slices.Contains(keys(units), key) }) {
						t.Errorf("%s, %s: computed again: %s\n%s", state, c.name, missing, b.String())
					}
					files := []string{"plan.json", "runs.jsonl", "SHA256SUMS"}
					if recorded > 0 {
						files = append(files, "curves.jsonl")
					}
					for _, file := range files {
						if want, got := read(t, c.want, file), read(t, dir, file); !bytes.Equal(got, want) {
							t.Errorf("%s, %s, %s:\n%s\nwant\n%s", state, c.name, file, got, want)
						}
					}
				}
				// A reader finds the finished runs, or is told what is missing.
				dir := copyDir(t, part)
				spoil(dir)
				if results, err := experiment.Read(dir); err != nil || len(results.Lines) != partJob(&fake{}, units).Runs {
					t.Errorf("%s: read %v, error %v", state, results, err)
				}
			}
		})
	}
}

// keys returns the keys of the first units.
func keys(units int) []string {
	var all []string
	for i := range units {
		all = append(all, unitKey(i))
	}
	return all
}

// failing returns the job with units that all fail.
func failing(job experiment.Job) experiment.Job {
	for i, u := range job.Units {
		job.Units[i].Run = (&fake{fail: u.Key}).unit(i).Run
	}
	return job
}

// A directory that records nothing can be extended by a command that records, and the other way
// round: what there is of a sidecar is kept.
func TestExtendedSidecars(t *testing.T) {
	const units = 8
	for _, c := range []struct{ before, after, want uint }{
		{0, 1<<12 - 1, 0xf00}, {0xff, 0, 0xff}, {0x0f, 1<<12 - 1, 0xf0f},
	} {
		dir := t.TempDir()
		runJob(t, partJob(&fake{recorded: c.before}, units), dir)
		runJob(t, wholeJob(&fake{recorded: c.after}), dir)
		var want []int
		for i := range thePlan.Units {
			if c.want>>i&1 == 1 {
				want = append(want, i)
			}
		}
		wantUnits(t, dir, want...)
		if again := runJob(t, wholeJob(&fake{recorded: c.after}), dir); !strings.Contains(again, "12 of them from before") {
			t.Errorf("%+v: again: %s", c, again)
		}
	}
}

// A stored plan with a setting that this version does not know is not extended: its runs may depend on
// it.
func TestUnknownSettingsAreNotExtended(t *testing.T) {
	glasses, err := landscape.Preset("smoke", 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := landscape.New(glasses, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	for name, job := range map[string]experiment.Job{
		"mnist": kindOf("mnist").job(), "spinglass": kindOf("spinglass").job(), "index": indexJob(), "landscape": e.Job(nil),
	} {
		plan, err := json.Marshal(job.Plan)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := job.Extends(plan); !ok {
			t.Errorf("%s: a plan does not extend itself", name)
		}
		if _, ok := job.Extends(bytes.Replace(plan, []byte("}"), []byte(`,"momentum":0.9}`), 1)); ok {
			t.Errorf("%s: a plan with a field of another version is extended", name)
		}
		last := len(plan) - 1
		if _, ok := job.Extends(append(plan[:last:last], `,"momentum":0.9}`...)); ok {
			t.Errorf("%s: a plan with a setting of another version is extended", name)
		}
	}
}
