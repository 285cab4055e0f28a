package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// smallGlass computes a small experiment in the directory.
func smallGlass(t *testing.T, dir string, flags ...string) {
	t.Helper()
	args := append([]string{"spinglass", "-sizes", "5", "-starts", "4", "-disorders", "2", "-out", dir}, flags...)
	if status, _, stderr := lossglass(args...); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
}

// Several processes may report the same directory at once.
func TestConcurrentReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	smallGlass(t, dir)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if status, _, stderr := lossglass("report", dir); status != 0 {
				t.Errorf("status %d: %s", status, stderr)
			}
		})
	}
	all.Wait()
	for _, pattern := range []string{"*.tmp", "*.lock", "figures/*.tmp"} {
		if left, _ := filepath.Glob(filepath.Join(dir, pattern)); left != nil {
			t.Errorf("left behind: %q", left)
		}
	}
}

// A report replaces a report, and nothing else.
func TestReportTarget(t *testing.T) {
	top := t.TempDir()
	dir, mine, side := filepath.Join(top, "d"), filepath.Join(top, "mine"), filepath.Join(top, "side")
	smallGlass(t, dir)
	if err := os.Mkdir(mine, 0o755); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(mine, "report.html")
	if err := os.WriteFile(page, []byte("<html>my own</html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := lossglass("report", dir, "-out", mine)
	if content, err := os.ReadFile(page); status != failure || !strings.Contains(stderr, mine) || err != nil || string(content) != "<html>my own</html>" {
		t.Errorf("over another page: status %d, %s, %v, %s", status, stderr, err, content)
	}
	if entries, _ := os.ReadDir(mine); len(entries) != 1 {
		t.Errorf("the directory has %v", entries)
	}
	for range 2 { // the second time over the first report
		if status, _, stderr := lossglass("report", dir, "-out", side, "-archive"); status != 0 {
			t.Errorf("status %d: %s", status, stderr)
		}
	}
	// The results of another plan do not replace the archive, nor does their report.
	other := filepath.Join(top, "other", "d")
	smallGlass(t, other, "-seed", "2")
	before, err := os.ReadFile(filepath.Join(side, "glass.csv"))
	if err != nil {
		t.Fatal(err)
	}
	status, _, stderr = lossglass("report", other, "-out", side, "-archive")
	if after, err := os.ReadFile(filepath.Join(side, "glass.csv")); status != failure || !strings.Contains(stderr, "seed") || err != nil || string(after) != string(before) {
		t.Errorf("another plan: status %d, %s, %v", status, stderr, err)
	}
	if status, _, _ := lossglass("report", filepath.Join(top, "none")); status != failure {
		t.Errorf("no directory: status %d", status)
	}
	if _, err := os.Stat(filepath.Join(top, "none")); err == nil {
		t.Error("a directory that does not exist was created")
	}
}

// A plan without its runs is no result.
func TestReportWithoutRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	smallGlass(t, dir)
	for _, name := range []string{"runs.jsonl", "journal.jsonl"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if status, out, stderr := lossglass("report", dir); status != failure || out != "" || !strings.Contains(stderr, "runs") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("status %d, %q, %q", status, out, stderr)
	}
}
