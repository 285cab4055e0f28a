package experiment_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
)

func TestSameBytesForAnyWorkers(t *testing.T) {
	_, want := finishedDirectory(t)
	for _, workers := range []int{2, 3, 20} {
		dir := t.TempDir()
		run(t, &fake{delay: time.Millisecond}, dir, workers)
		if got := read(t, dir, "runs.jsonl"); !bytes.Equal(got, want) {
			t.Errorf("%d workers:\n%s\nwant\n%s", workers, got, want)
		}
	}
}

func TestRunsAreSortedAndComplete(t *testing.T) {
	dir, runs := finishedDirectory(t)
	results, err := experiment.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !results.Complete || len(results.Notes) > 0 {
		t.Errorf("complete %v, notes %q", results.Complete, results.Notes)
	}
	var want []experiment.Line
	for i := range thePlan.Units {
		lines, err := fakeLines(i)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, lines...)
	}
	slices.SortFunc(want, func(a, b experiment.Line) int { return 1000*(a.N-b.N) + a.Run - b.Run })
	if !slices.EqualFunc(results.Lines, want, func(a, b experiment.Line) bool {
		return a.N == b.N && a.Run == b.Run && bytes.Equal(a.JSON, b.JSON)
	}) {
		t.Errorf("%d lines, not the %d expected in order", len(results.Lines), len(want))
	}
	sums := fmt.Sprintf("%x  plan.json\n%x  runs.jsonl\n", sha256.Sum256(read(t, dir, "plan.json")), sha256.Sum256(runs))
	if got := read(t, dir, "SHA256SUMS"); string(got) != sums {
		t.Errorf("SHA256SUMS is %q, want %q", got, sums)
	}
}

func TestCostlyUnitsFirst(t *testing.T) {
	f := &fake{}
	run(t, f, t.TempDir(), 1)
	units := f.job().Units
	cost := func(key string) float64 {
		return units[slices.IndexFunc(units, func(u experiment.Unit) bool { return u.Key == key })].Cost
	}
	if !slices.IsSortedFunc(f.computed, func(a, b string) int { return int(cost(b) - cost(a)) }) {
		t.Errorf("started in the order %q", f.computed)
	}
}

func TestCompleteDirectoryIsVerified(t *testing.T) {
	dir, _ := finishedDirectory(t)
	before := snapshot(t, dir)
	f := &fake{}
	wantSubstrings(t, run(t, f, dir, 2), dir, "complete", "12 packs")
	if len(f.computed) > 0 {
		t.Errorf("computed %q again", f.computed)
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("the directory changed from\n%s\nto\n%s", before, after)
	}
}

// snapshot describes the files of a directory.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if e.Name() == "lock" {
			continue
		}
		fmt.Fprintf(&b, "%s %v %x\n", e.Name(), info.ModTime().UnixNano(), sha256.Sum256(read(t, dir, e.Name())))
	}
	return b.String()
}

func TestDamagedResultIsNamedAndRepaired(t *testing.T) {
	for _, name := range []string{"runs.jsonl", "SHA256SUMS"} {
		t.Run(name, func(t *testing.T) {
			dir, runs := finishedDirectory(t)
			good := read(t, dir, name)
			bad := bytes.Clone(good)
			bad[len(bad)/2] ^= 1
			write(t, dir, name, bad)
			if _, err := experiment.Read(dir); err == nil {
				t.Error("Read accepts it")
			} else {
				wantSubstrings(t, err.Error(), filepath.Join(dir, name), "line ", "damaged", "the command that computed the directory repairs it")
			}
			wantSubstrings(t, run(t, &fake{}, dir, 1), filepath.Join(dir, name), name+".damaged")
			if !bytes.Equal(read(t, dir, name), good) || !bytes.Equal(read(t, dir, name+".damaged"), bad) {
				t.Error("not repaired, or the damaged file was not kept")
			}
			if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
				t.Error("runs.jsonl changed")
			}
		})
	}
}

func TestOtherPlanIsRefused(t *testing.T) {
	type longer struct {
		fakePlan
		Extra string `json:"extra"`
	}
	for _, c := range []struct {
		name string
		plan any
		want []string
	}{
		{"one field", fakePlan{"fake", 12, 0.2}, []string{"learning rate is 0.1 there, 0.2 here"}},
		{"two fields", fakePlan{"fame", 12, 0.2}, []string{`name is fake there, fame here`, "learning rate is 0.1 there"}},
		{"new field", longer{thePlan, "x"}, []string{"extra is none there, x here"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, _ := finishedDirectory(t)
			before := snapshot(t, dir)
			f := &fake{plan: c.plan}
			err := experiment.Run(t.Context(), f.job(), options(dir, 1, io.Discard))
			var mismatch *experiment.MismatchError
			if !errors.As(err, &mismatch) {
				t.Fatalf("error %v", err)
			}
			wantSubstrings(t, err.Error(), append(c.want, dir)...)
			if strings.Contains(err.Error(), "units") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q names a field that is the same, or has several lines", err)
			}
			if after := snapshot(t, dir); after != before {
				t.Errorf("the directory changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}

func TestForeignDirectoryIsRefused(t *testing.T) {
	dir, runs := finishedDirectory(t)
	other := t.TempDir()
	write(t, other, "runs.jsonl", runs)
	err := experiment.Run(t.Context(), (&fake{}).job(), options(other, 1, io.Discard))
	if err == nil {
		t.Fatal("a directory with results of an unknown plan was taken")
	}
	wantSubstrings(t, err.Error(), other, "runs.jsonl", "plan.json")

	write(t, dir, "plan.json", []byte(`{"name": `))
	err = experiment.Run(t.Context(), (&fake{plan: fakePlan{"fake", 12, 0.2}}).job(), options(dir, 1, io.Discard))
	if err == nil {
		t.Fatal("a damaged plan was accepted for another one")
	}
	wantSubstrings(t, err.Error(), filepath.Join(dir, "plan.json, line 1"), "the command that computed the directory repairs it")
}

// Units of a journal that was written for another plan are not used.
func TestJournalOfAnotherPlanIsNotUsed(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other")
	f := &fake{plan: fakePlan{"fake", 12, 0.2}}
	run(t, f, other, 1)
	dir, runs := finishedDirectory(t)
	write(t, dir, "journal.jsonl", read(t, other, "journal.jsonl"))
	if err := os.Remove(filepath.Join(dir, "runs.jsonl")); err != nil {
		t.Fatal(err)
	}
	f = &fake{}
	wantSubstrings(t, run(t, f, dir, 1), "journal.jsonl", "30 lines", "of another plan")
	if len(f.computed) != thePlan.Units {
		t.Errorf("only %q computed", f.computed)
	}
	if !bytes.Equal(read(t, dir, "runs.jsonl"), runs) {
		t.Error("runs.jsonl changed")
	}
}

// The error names the failing unit. Units finished before it are kept, later ones are not
// begun. Time is simulated.
func TestFailingUnit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		f := &fake{fail: unitKey(2), delay: time.Minute}
		err := experiment.Run(t.Context(), f.job(), options(dir, 1, io.Discard))
		if err == nil {
			t.Fatal("no error")
		}
		wantSubstrings(t, err.Error(), unitKey(2), "broken on purpose")
		before := slices.Index(f.computed, unitKey(2))
		if before < 1 || len(f.computed) > before+2 {
			t.Errorf("started %q", f.computed)
		}
		results, err := experiment.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if results.Complete || len(results.Lines) == 0 {
			t.Errorf("complete %v with %d lines", results.Complete, len(results.Lines))
		}
		f = &fake{}
		run(t, f, dir, 1)
		if len(f.computed) != thePlan.Units-before {
			t.Errorf("%d finished, then %d computed", before, len(f.computed))
		}
	})
}

// Run returns within two seconds after a cancellation, although one of the units ignores
// it. The units that finish in time are kept. Time is simulated.
func TestCancelWithinTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		job := (&fake{delay: 10 * time.Second}).job()
		stubborn := func(d time.Duration, i int) func(context.Context, func(experiment.Work), *experiment.Checkpoint) (experiment.Output, error) {
			return func(context.Context, func(experiment.Work), *experiment.Checkpoint) (experiment.Output, error) {
				time.Sleep(d)
				lines, err := fakeLines(i)
				return experiment.Output{Lines: lines}, err
			}
		}
		job.Units = []experiment.Unit{
			{Key: "hour", Cost: 3, Run: stubborn(time.Hour, 0)},
			{Key: "nearly done", Cost: 2, Run: stubborn(15500*time.Millisecond, 1)},
			job.Units[2],
			job.Units[3],
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(15*time.Second, cancel)
		started := time.Now()
		err := experiment.Run(ctx, job, options(dir, 3, io.Discard))
		if took := time.Since(started); took > 17*time.Second {
			t.Errorf("ended %v after the cancellation", took-15*time.Second)
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v", err)
		}
		wantSubstrings(t, err.Error(), "2 of 4 packs", "continues")
		results, err := experiment.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(results.Lines) != 2+3 {
			t.Errorf("%d lines kept, want those of two units", len(results.Lines))
		}
		time.Sleep(time.Hour) // until the unit left behind has ended
	})
}

func TestUnwritableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	dirs := []string{file, filepath.Join(file, "below")}
	if os.Geteuid() != 0 {
		readonly := t.TempDir()
		if err := os.Chmod(readonly, 0o555); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, readonly, filepath.Join(readonly, "below"))
	}
	for _, dir := range dirs {
		f := &fake{}
		err := experiment.Run(t.Context(), f.job(), options(dir, 1, io.Discard))
		if err == nil {
			t.Fatalf("%s was accepted", dir)
		}
		wantSubstrings(t, err.Error(), "output directory", filepath.Dir(filepath.Dir(file)))
		if strings.Contains(err.Error(), "\n") || len(f.computed) > 0 {
			t.Errorf("error %q after computing %q", err, f.computed)
		}
	}
	if got, _ := os.ReadFile(file); string(got) != "mine" {
		t.Errorf("the file in the way now holds %q", got)
	}
}

func TestTiming(t *testing.T) {
	dir := t.TempDir()
	err := experiment.Run(t.Context(), (&fake{fail: unitKey(2)}).job(), options(dir, 1, io.Discard))
	if err == nil {
		t.Fatal("no error")
	}
	write(t, dir, "timing.jsonl", append(read(t, dir, "timing.jsonl"), `{"unit":"torn`...))
	run(t, &fake{}, dir, 2)
	sessions := experiment.ReadTiming(dir)
	if len(sessions) != 2 || string(sessions[1].Environment) != `{"cpu":"fake"}` || sessions[1].Started.IsZero() {
		t.Fatalf("sessions %+v", sessions)
	}
	if n := len(sessions[0].Units) + len(sessions[1].Units); n != thePlan.Units {
		t.Errorf("times of %d units", n)
	}
}

func TestReadEnvironments(t *testing.T) {
	dir := t.TempDir()
	a, b := environment.Environment{CPU: "a"}, environment.Environment{CPU: "b", Workers: 1}
	for i, e := range []environment.Environment{a, b, a} {
		job := (&fake{fail: unitKey(2)}).job()
		if i == 2 {
			job = (&fake{}).job()
		}
		job.Environment = e
		err := experiment.Run(t.Context(), job, options(dir, 1, io.Discard))
		if (err == nil) != (i == 2) {
			t.Fatal(err)
		}
	}
	if got := experiment.ReadEnvironments(t.TempDir(), dir); !slices.Equal(got, []environment.Environment{a, b}) {
		t.Errorf("%+v", got)
	}
}

func TestReadWithoutResults(t *testing.T) {
	dir := t.TempDir()
	if _, err := experiment.Read(dir); err == nil {
		t.Fatal("an empty directory was read")
	} else {
		wantSubstrings(t, err.Error(), dir, "no results")
	}
}
