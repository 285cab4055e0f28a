package experiment_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/lease"
)

// failReading lets the reading of directories fail from the question with this number on, counted from
// 1: length times, and not any more. asked returns the number of questions.
func failReading(at, length int, errno syscall.Errno) (asked func() int, restore func()) {
	var mu sync.Mutex
	count := 0
	restore = experiment.InterceptReading(func(string) error {
		mu.Lock()
		defer mu.Unlock()
		if count++; count >= at && count < at+length {
			return errno
		}
		return nil
	})
	return func() int { return count }, restore
}

// journalled returns the units that the journals in and below a directory have.
func journalled(t *testing.T, dir string) map[string]bool {
	t.Helper()
	units := make(map[string]bool)
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "journal.jsonl") {
			for _, unit := range unitsOf(path) {
				units[unit] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return units
}

// A directory that cannot be read for a moment is not taken for an empty one: nothing that is finished
// is lost, and a command that succeeds leaves the bytes of the whole.
func TestFailingReads(t *testing.T) {
	stride := 1
	if testing.Short() {
		stride = 3
	}
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: allRecorded}, whole, 1)
	for _, w := range writings {
		prepared := prepare(t, w)
		for _, length := range []int{1, 4} {
			for at := 1; tryReading(t, w, at, length, prepared, whole); at += stride {
			}
		}
	}
}

// tryReading does a writing in a copy of a prepared directory while reading fails, and again when it does not.
// It returns false if there was no time to fail.
func tryReading(t *testing.T, w writing, at, length int, prepared, whole string) (failed bool) {
	dir := filepath.Join(t.TempDir(), "out")
	if err := os.CopyFS(dir, os.DirFS(prepared)); err != nil {
		t.Fatal(err)
	}
	where := fmt.Sprintf("%s, questions from %d to %d", w.name, at, at+length-1)
	synctest.Test(t, func(t *testing.T) {
		kept := newDisk(diskFailures[0], 1<<30)
		restoreDisk := atomicfile.Intercept(kept.change)
		for unit := range journalled(t, dir) {
			kept.kept[unit] = true
		}
		asked, restore := failReading(at, length, syscall.EIO)
		err := w.do(&fake{recorded: allRecorded}, dir)
		restore()
		restoreDisk()
		if failed = asked() >= at; err == nil {
			if problem := differs(w.result(dir), whole); problem != "" {
				t.Errorf("%s: %s", where, problem)
			}
		}
		again := &fake{recorded: allRecorded}
		defer atomicfile.Intercept(newDisk(diskFailures[0], 1<<30).change)() // nothing is flushed
		if err := w.do(again, dir); err != nil {
			t.Errorf("%s, then: %v", where, err)
		} else if problem := differs(w.result(dir), whole); problem != "" {
			t.Errorf("%s, then: %s", where, problem)
		}
		for _, unit := range again.computed {
			if kept.kept[unit] {
				t.Errorf("%s, then: %s is computed again", where, unit)
			}
		}
	})
	return failed
}

// A process that waits for the one that writes the results reads the journals no more.
func TestWaitingReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "shared")
		stopped(t, dir, 9, true)
		writer, err := lease.Join(filepath.Join(dir, "join"), lease.Expiry)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := writer.Claim([]string{"results"}); err != nil || c.Key == "" {
			t.Fatal(c, err)
		}
		const wait = 10 * time.Minute
		time.AfterFunc(wait, writer.Leave)
		var mu sync.Mutex
		listings := 0
		restore := experiment.InterceptReading(func(path string) error {
			mu.Lock()
			defer mu.Unlock()
			if filepath.Base(path) == "join" {
				listings++
			}
			return nil
		})
		begun := time.Now()
		err = together(&fake{recorded: allRecorded}, dir)
		restore()
		if took := time.Since(begun); err != nil || took < wait {
			t.Fatalf("%v, %v", took, err)
		}
		if listings > 200 {
			t.Errorf("%d questions for the journals in %v", listings, wait)
		}
	})
}
