package experiment_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// fakeUnitOf is the UnitOf of the fake job.
func fakeUnitOf(line experiment.Line) string {
	for i := range thePlan.Units {
		lines, err := fakeLines(i)
		if err != nil {
			panic(err)
		}
		if slices.ContainsFunc(lines, func(l experiment.Line) bool { return l.N == line.N && l.Run == line.Run }) {
			return unitKey(i)
		}
	}
	panic(fmt.Sprint("no unit has ", line))
}

// withUnitOf returns the job with fakeUnitOf.
func withUnitOf(job experiment.Job) experiment.Job {
	job.UnitOf = fakeUnitOf
	return job
}

// archiveOfPart returns an archive of the fake's first units.
func archiveOfPart(t *testing.T, f *fake, units int) string {
	t.Helper()
	dir, archive := filepath.Join(t.TempDir(), "part"), filepath.Join(t.TempDir(), "archive")
	runJob(t, partJob(f, units), dir)
	if err := experiment.Archive(dir, archive); err != nil {
		t.Fatal(err)
	}
	return archive
}

// An archive is extended to the bytes of the whole, and none of its units is computed again, also
// after a disk that fails from any change on, as if the process was killed there. Nothing of the
// archive is left beside the results.
func TestExtendedArchive(t *testing.T) {
	const units = 8
	whole := t.TempDir()
	runJob(t, wholeJob(&fake{}), whole)
	archive := archiveOfPart(t, &fake{}, units)
	extend := func(f *fake, dir string) error {
		return experiment.Run(t.Context(), withUnitOf(wholeJob(f)), options(dir, 1, io.Discard))
	}
	for at := 1; ; at++ {
		dir := copyDir(t, archive)
		d := newDisk(diskFailures[2], at)
		restore := atomicfile.Intercept(d.change)
		first := &fake{}
		err := extend(first, dir)
		if restore(); !d.failed() {
			if err != nil || at < 10 {
				t.Fatalf("after %d changes: %v", at-1, err)
			}
			break
		}
		again := &fake{}
		if err := extend(again, dir); err != nil {
			t.Fatalf("change %d: %v", at, err)
		}
		for _, key := range slices.Concat(first.computed, again.computed) {
			if slices.Contains(keys(units), key) {
				t.Errorf("change %d: %s was computed again", at, key)
			}
		}
		for _, file := range []string{"plan.json", "runs.jsonl", "SHA256SUMS"} {
			if want, got := read(t, whole, file), read(t, dir, file); !bytes.Equal(got, want) {
				t.Errorf("change %d, %s:\n%s\nwant\n%s", at, file, got, want)
			}
		}
		if left, err := filepath.Glob(filepath.Join(dir, "*.gz")); err != nil || left != nil {
			t.Errorf("change %d: %v, left: %v", at, err, left)
		}
	}
}

// An archive is merged like the directory that it was made of.
func TestMergedArchive(t *testing.T) {
	whole, runs := finishedDirectory(t)
	archive, out := filepath.Join(t.TempDir(), "archive"), filepath.Join(t.TempDir(), "out")
	if err := experiment.Archive(whole, archive); err != nil {
		t.Fatal(err)
	}
	shard := filepath.Join(t.TempDir(), "shard")
	if err := runShard(t.Context(), (&fake{}).job(), shard, 1, 2); err != nil {
		t.Fatal(err)
	}
	summary, err := experiment.Merge(t.Context(), experiment.Merger{
		Dirs: []string{shard, archive}, Out: out, Stderr: io.Discard,
		Job: func(string) (experiment.Job, error) { return withUnitOf((&fake{}).job()), nil },
	})
	if err != nil || !strings.Contains(summary, "complete, 12 packs") || !bytes.Equal(read(t, out, "runs.jsonl"), runs) {
		t.Errorf("%v: %s", err, summary)
	}
}

// What an archive does not tell is refused, and it stays as it is.
func TestArchiveThatDoesNotTell(t *testing.T) {
	const units = 8
	renumbering := func(job experiment.Job) experiment.Job {
		extends := job.Extends
		job.Extends = func(plan []byte) (func(experiment.Line) (experiment.Line, error), bool) {
			_, ok := extends(plan)
			return func(l experiment.Line) (experiment.Line, error) { return l, nil }, ok
		}
		return withUnitOf(job)
	}
	for name, c := range map[string]struct {
		recorded uint
		change   func(experiment.Job) experiment.Job
		want     string
	}{
		"its units":       {0, func(job experiment.Job) experiment.Job { return job }, "what was computed together"},
		"its sidecar":     {0xff, withUnitOf, "curves.jsonl, which cannot be divided"},
		"its new numbers": {0, renumbering, "numbers would change"},
	} {
		t.Run(name, func(t *testing.T) {
			archive := archiveOfPart(t, &fake{recorded: c.recorded}, units)
			before := snapshot(t, archive)
			err := experiment.Run(t.Context(), c.change(wholeJob(&fake{})), options(archive, 1, io.Discard))
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, new(*experiment.MismatchError)) {
				t.Errorf("error %v", err)
			}
			if after := snapshot(t, archive); after != before {
				t.Errorf("the archive changed from\n%s\nto\n%s", before, after)
			}
		})
	}
}
