package experiment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// A diskFailure is how a disk fails from some change on.
type diskFailure struct {
	name  string
	errno syscall.Errno
	ops   []atomicfile.Op // changes that can fail; nil: all
	once  bool            // later changes succeed
}

var growing = []atomicfile.Op{atomicfile.OpMkdir, atomicfile.OpCreate, atomicfile.OpWrite, atomicfile.OpLink}

var diskFailures = []diskFailure{
	{"disk full", syscall.ENOSPC, growing, false},
	{"quota exceeded, once", syscall.EDQUOT, growing, true},
	{"read-only, or the process ends", syscall.EROFS, nil, false},
	{"fsync fails, once", syscall.EIO, []atomicfile.Op{atomicfile.OpSync}, true},
}

// A disk lets the changes of a process fail from the one with the number at on, counted from 1.
type disk struct {
	failure diskFailure
	at      int

	mu     sync.Mutex
	count  int
	synced map[string]int64 // size of logs when they were flushed
	kept   map[string]bool  // units that were in a journal then
}

func newDisk(f diskFailure, at int) *disk {
	return &disk{failure: f, at: at, synced: make(map[string]int64), kept: make(map[string]bool)}
}

// failed reports whether a change has failed.
func (d *disk) failed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count >= d.at
}

// change is what atomicfile.Intercept takes. Nothing is flushed in fact: no test cuts the power.
func (d *disk) change(c atomicfile.Change, make func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, isKnown := d.synced[c.Path]; c.Op == atomicfile.OpCreate && !isKnown {
		d.synced[c.Path] = size(c.Path)
	}
	if d.failure.ops == nil || slices.Contains(d.failure.ops, c.Op) {
		d.count++
		if d.count == d.at || d.count > d.at && !d.failure.once {
			d.fail(c, make)
			return &os.PathError{Op: string(c.Op), Path: c.Path, Err: d.failure.errno}
		}
	}
	if c.Op != atomicfile.OpSync {
		return make()
	}
	if strings.HasSuffix(c.Path, ".jsonl") {
		d.synced[c.Path] = size(c.Path)
	}
	if strings.HasSuffix(c.Path, "journal.jsonl") {
		for _, unit := range unitsOf(c.Path) {
			d.kept[unit] = true
		}
	}
	return nil
}

// fail does what a failed change leaves behind: half of what was to be written, and nothing of
// what was written before a failed fsync.
func (d *disk) fail(c atomicfile.Change, make func() error) {
	switch {
	case c.Op == atomicfile.OpWrite && d.failure.errno != syscall.EROFS:
		before := size(c.Path)
		_ = make()
		_ = os.Truncate(c.Path, (before+size(c.Path))/2)
	case c.Op == atomicfile.OpSync && strings.HasSuffix(c.Path, ".jsonl"):
		_ = os.Truncate(c.Path, min(d.synced[c.Path], size(c.Path)))
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// unitsOf returns the units that a journal names.
func unitsOf(path string) (units []string) {
	content, _ := os.ReadFile(path)
	for line := range bytes.Lines(content) {
		var record struct{ Unit string }
		if json.Unmarshal(line, &record) == nil {
			units = append(units, record.Unit)
		}
	}
	return units
}

// A writing is something that writes a directory. It can be done again after a failure, and ends
// with the bytes of the whole.
type writing struct {
	name    string
	prepare func(t *testing.T, dir string)
	do      func(f *fake, dir string) error
	result  func(dir string) string // the directory of the whole
}

func itself(dir string) string { return dir }

// alone computes the whole job in a directory.
func alone(f *fake, dir string) error {
	return experiment.Run(context.Background(), f.job(), options(dir, 1, io.Discard))
}

// stopped computes until the unit with this number fails.
func stopped(t *testing.T, dir string, unit int, together bool) {
	o := options(dir, 1, io.Discard)
	o.Join = together
	if err := experiment.Run(t.Context(), (&fake{recorded: allRecorded, fail: unitKey(unit)}).job(), o); err == nil {
		t.Fatal("no error")
	}
}

var writings = []writing{
	{"a computation", func(*testing.T, string) {}, alone, itself},
	{"one that continues", func(t *testing.T, dir string) {
		stopped(t, dir, 3, false)
		write(t, dir, "journal.jsonl", append(read(t, dir, "journal.jsonl"), `{"sum":"torn`...))
	}, alone, itself},
	{"one with damage", func(t *testing.T, dir string) {
		run(t, &fake{recorded: allRecorded}, dir, 1)
		write(t, dir, "runs.jsonl", []byte("damage\n"))
		write(t, dir, "SHA256SUMS", []byte("damage\n"))
	}, alone, itself},
	{"one that extends", func(t *testing.T, dir string) {
		part := &fake{recorded: allRecorded, plan: halfPlan}
		job := part.job()
		job.Units = job.Units[:halfPlan.Units]
		if err := experiment.Run(t.Context(), job, options(dir, 1, io.Discard)); err != nil {
			t.Fatal(err)
		}
	}, func(f *fake, dir string) error {
		job := f.job()
		job.Extends = func(plan []byte) (func(experiment.Line) (experiment.Line, error), bool) {
			there, err := json.Marshal(halfPlan)
			return nil, err == nil && bytes.Equal(plan, there)
		}
		return experiment.Run(context.Background(), job, options(dir, 1, io.Discard))
	}, itself},
	{"one with -join", func(*testing.T, string) {}, together, itself},
	{"one with -join that continues", func(t *testing.T, dir string) { stopped(t, dir, 3, true) }, together, itself},
	{"one that continues -join alone", func(t *testing.T, dir string) { stopped(t, dir, 3, true) }, alone, itself},
	{"a shard, and a merge", func(t *testing.T, dir string) {
		if err := runShard(t.Context(), (&fake{recorded: allRecorded}).job(), filepath.Join(dir, "2"), 2, 2); err != nil {
			t.Fatal(err)
		}
	}, func(f *fake, dir string) error {
		err := runShard(context.Background(), f.job(), filepath.Join(dir, "1"), 1, 2)
		if err == nil {
			_, err = merge(filepath.Join(dir, "all"), false, filepath.Join(dir, "1"), filepath.Join(dir, "2"))
		}
		return err
	}, func(dir string) string { return filepath.Join(dir, "all") }},
	{"an archive", func(t *testing.T, dir string) {
		run(t, &fake{recorded: allRecorded}, filepath.Join(dir, "whole"), 1)
	}, func(_ *fake, dir string) error {
		return experiment.Archive(filepath.Join(dir, "whole"), filepath.Join(dir, "archive"))
	}, func(dir string) string { return filepath.Join(dir, "archive") }},
}

// halfPlan is a part of thePlan.
var halfPlan = fakePlan{Name: "fake", Units: thePlan.Units / 2, Rate: thePlan.Rate}

// together computes the whole job as one of several processes.
func together(f *fake, dir string) error {
	o := options(dir, 1, io.Discard)
	o.Join = true
	return experiment.Run(context.Background(), f.job(), o)
}

// A diskRow counts what happened to the directories of a kind of writing.
type diskRow struct{ tries, harmless, lost, wrong int }

func (r diskRow) ledgerRow(cells ...string) ledgerRow {
	return ledgerRow{append(cells, fmt.Sprint(r.tries), fmt.Sprint(r.tries-r.harmless)), r.tries, r.lost, r.wrong}
}

// Every single change of a disk fails, by itself or with all later ones. What was finished
// before is kept, nothing else is read, and the same command ends with the same bytes.
func TestFailingDisk(t *testing.T) {
	stride := 53
	switch {
	case isStorm():
		stride = 1
	case testing.Short():
		stride = 97
	}
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: allRecorded}, whole, 1)
	s := section{
		Title:   "Disks that fail",
		Text:    "Every change of the file system that a process makes (creating, writing, flushing, linking, renaming and removing files) fails, in a try of its own for each: by itself, or with all changes after it. A write that fails leaves half of its bytes, and a failed fsync none of those since the last one. Then the same command is given on a disk that works. Failed: the command ended with an error, which is one line that names the directory; the others succeeded in spite of the failure. Lost: the directory did not end with the bytes of a process on a good disk, or a finished unit was computed again. Silent: a reading before its end gave a run that these do not have, or the error was another one.",
		Columns: []string{"what is written", "failure", "#tries", "#failed"},
	}
	for _, w := range writings {
		prepared := prepare(t, w)
		for number, failure := range diskFailures {
			s.Rows = append(s.Rows, tried(t, w.name+"/"+failure.name, func(t *testing.T) ledgerRow {
				var row diskRow
				for at := 1 + number; tryDisk(t, w, newDisk(failure, at), prepared, whole, &row); at += stride {
				}
				return row.ledgerRow(w.name, failure.name)
			}))
		}
	}
	sections = append(sections, s)
}

// prepare returns a directory in which a writing can be done.
func prepare(t *testing.T, w writing) (dir string) {
	dir = filepath.Join(t.TempDir(), "out")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	w.prepare(t, dir)
	return dir
}

// tryDisk does a writing in a copy of a prepared directory, on a disk that fails, and again on one that
// does not. It returns false if the disk had no time to fail.
func tryDisk(t *testing.T, w writing, d *disk, prepared, whole string, row *diskRow) (failed bool) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := os.CopyFS(dir, os.DirFS(prepared)); err != nil {
		t.Fatal(err)
	}
	where := fmt.Sprintf("%s, %s, change %d", w.name, d.failure.name, d.at)
	synctest.Test(t, func(t *testing.T) {
		restore := atomicfile.Intercept(d.change)
		err := w.do(&fake{recorded: allRecorded}, dir)
		if restore(); !d.failed() {
			if err != nil {
				t.Errorf("%s: %v", where, err)
			}
			return
		}
		failed = true
		row.tries++
		if err != nil && (strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir)) {
			t.Errorf("%s: %v", where, err)
			row.wrong++
		}
		if err == nil {
			row.harmless++
			if problem := differs(w.result(dir), whole); problem != "" {
				t.Errorf("%s: %s", where, problem)
				row.wrong++
			}
		}
		if problem := readsOther(w.result(dir), whole); problem != "" {
			t.Errorf("%s: %s", where, problem)
			row.wrong++
		}
		again := &fake{recorded: allRecorded}
		defer atomicfile.Intercept(newDisk(d.failure, 1<<30).change)()
		problem := ""
		if err := w.do(again, dir); err != nil {
			problem = err.Error()
		} else {
			problem = differs(w.result(dir), whole)
		}
		for _, unit := range again.computed {
			if d.kept[unit] {
				problem += "computed again: " + unit
			}
		}
		if problem != "" {
			t.Errorf("%s, then: %s", where, problem)
			row.lost++
		}
	})
	return failed
}

// differs says in what the results of a directory differ from those of another one.
func differs(dir, whole string) string {
	for _, name := range []string{"plan.json", "runs.jsonl", "curves.jsonl", "SHA256SUMS"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && name != "plan.json" && name != "SHA256SUMS" {
			if _, err = os.Stat(filepath.Join(dir, name+".gz")); err == nil {
				continue // archived
			}
		}
		want, wantErr := os.ReadFile(filepath.Join(whole, name))
		if err != nil || wantErr != nil || !bytes.Equal(got, want) {
			return fmt.Sprintf("%s: %v, %v; %d bytes, not the %d of the whole", name, err, wantErr, len(got), len(want))
		}
	}
	if r, err := experiment.Read(dir); err != nil || !r.Complete {
		return fmt.Sprintf("not complete: %v", err)
	}
	return readsOther(dir, whole)
}

// readsOther says what is read of a directory that the whole has not.
func readsOther(dir, whole string) string {
	got, err := experiment.Read(dir)
	if err != nil {
		if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir) {
			return fmt.Sprintf("reading: %v", err)
		}
		return ""
	}
	want, err := experiment.Read(whole)
	if err != nil {
		return err.Error()
	}
	if got.Complete && bytes.Equal(got.Plan, want.Plan) && len(got.Lines) != len(want.Lines) {
		return fmt.Sprintf("complete with %d lines", len(got.Lines))
	}
	for _, line := range got.Lines {
		if !slices.ContainsFunc(want.Lines, func(l experiment.Line) bool { return bytes.Equal(l.JSON, line.JSON) }) {
			return fmt.Sprintf("reads %s", line.JSON)
		}
	}
	return ""
}
