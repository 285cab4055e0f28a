package experiment_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// finishedAt returns the directory of a finished computation at the path, of a plan that
// the rate tells from others.
func finishedAt(t *testing.T, path string, rate float64) string {
	t.Helper()
	plan := thePlan
	plan.Rate = rate
	run(t, &fake{plan: plan}, path, 1)
	return path
}

// Archives have names of their own: two directories are never written into one, and
// nothing is overwritten but an older archive of the same plan.
func TestPlanArchives(t *testing.T) {
	top := t.TempDir()
	path := func(names ...string) string { return filepath.Join(append([]string{top}, names...)...) }
	a, b, upper := finishedAt(t, path("a", "run"), 1), finishedAt(t, path("b", "run"), 2), finishedAt(t, path("c", "RUN"), 3)
	figures := finishedAt(t, path("figures"), 4)
	side := path("side")
	t.Chdir(a)
	copies, err := experiment.PlanArchives([]string{".", path("c", "RUN", "..", "..", "figures")}, side)
	if err != nil || len(copies) != 2 || copies[0].To != path("side", "run") || copies[1].To != path("side", "figures") {
		t.Fatalf("%v, %v", copies, err)
	}
	for _, c := range copies {
		if err := experiment.Archive(c.From, c.To); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := experiment.PlanArchives([]string{a}, side); err != nil {
		t.Errorf("an older archive of the same plan: %v", err)
	}
	write(t, top, "file", nil)
	if err := os.Symlink(path("side"), path("c", "run2")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(path("other", "run"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, path("other", "run"), "thesis.tex", nil)
	unfinished := path("unfinished")
	if err := os.MkdirAll(unfinished, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, unfinished, "plan.json", []byte("{}"))
	for _, tt := range []struct {
		dirs []string
		to   string
		want string
	}{
		{[]string{a, b}, path("new"), "would both be archived as"},
		{[]string{a, upper}, path("new"), "would both be archived as"},
		{[]string{".", a}, path("new"), "would both be archived as"},
		{[]string{a}, path("a"), "themselves"},
		{[]string{b, a}, path("c"), "would both"},
		{[]string{"."}, "..", "themselves"},
		{[]string{b}, side, "another plan"},
		{[]string{a}, path("other"), "other files than an archive"},
		{[]string{figures}, path("new"), "another meaning"},
		{[]string{string(filepath.Separator)}, path("new"), "another meaning"},
		{[]string{unfinished}, path("new"), "not finished"},
		{[]string{finishedAt(t, path("d", "run2"), 5)}, path("c"), "not a directory"},
		{[]string{finishedAt(t, path("d", "file"), 6)}, top, "not a directory"},
		{[]string{finishedAt(t, path("e", "run"), 1)}, path("a"), "a computation of this plan"},
	} {
		before := tree(t, top)
		if _, err := experiment.PlanArchives(tt.dirs, tt.to, "figures"); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q to %s: %v, want %q", tt.dirs, tt.to, err, tt.want)
		}
		if tree(t, top) != before {
			t.Errorf("%q to %s: files changed", tt.dirs, tt.to)
		}
	}
}

// An archive that was killed before its first file was whole is written by the next one.
func TestArchiveAfterItsFirstFileWasTorn(t *testing.T) {
	dir, _ := finishedDirectory(t)
	to := t.TempDir()
	write(t, to, "plan.json.0123456789abcdef.tmp", []byte("{"))
	if err := experiment.Archive(dir, to); err != nil {
		t.Error(err)
	}
}

// tree returns the names and contents of all files below a directory.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		all.WriteString(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// A directory with somebody's files is not taken for one of results.
func TestOccupiedDirectory(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "report.html", []byte("mine"))
	err := experiment.Run(t.Context(), (&fake{}).job(), options(dir, 1, &bytes.Buffer{}))
	if err == nil || !strings.Contains(err.Error(), "report.html") {
		t.Errorf("computed in a directory of other files: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || string(read(t, dir, "report.html")) != "mine" {
		t.Errorf("the directory changed: %v", entries)
	}
}
