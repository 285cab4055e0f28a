package history

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// record writes a record with some values of one benchmark.
func record(t *testing.T, results, machine, commit, date, digest string, values ...float64) {
	t.Helper()
	text := fmt.Sprintf("# date: %s\n# commit: %s\nfingerprint: %s\nUnit %%peak better=higher\n", date, commit, machine)
	for _, v := range values {
		text += fmt.Sprintf("BenchmarkA/n=1/allocs=0/digest=%s0123456789-2 10 5 ns/op %g %%peak\n", digest, v)
	}
	if err := os.MkdirAll(filepath.Join(results, machine), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(results, machine, "bench-"+commit+".txt"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestHistory(t *testing.T) {
	results := t.TempDir()
	record(t, results, "m1", "bbb", "2026-01-02T00:00:00Z", "aa", 50.5, 51, 50)
	record(t, results, "m1", "aaa", "2026-01-01T00:00:00Z", "aa", 50, 51, 52)
	record(t, results, "m1", "ccc", "2026-01-03T00:00:00Z", "ab", 60, 61, 62)
	record(t, results, "m2", "ddd", "2026-01-03T00:00:00Z", "ab", 1, 2, 3)
	machines, err := Machines(results)
	if err != nil || strings.Join(machines, " ") != "m1 m2" {
		t.Errorf("machines %q, %v", machines, err)
	}
	records, err := Read(results, "m1", "%peak")
	if err != nil || len(records) != 3 || records[0].Commit != "aaa" || records[2].Commit != "ccc" || records[0].Better != 1 {
		t.Fatalf("records %+v, %v", records, err)
	}
	ns, err := Read(results, "m1", "ns/op")
	if err != nil || len(ns) != 3 || len(ns[0].Values) != 1 {
		t.Fatalf("ns/op: %+v, %v", ns, err)
	}
	for name, values := range ns[0].Values {
		if values[0] != 5 { // it was read as seconds
			t.Errorf("%s: %v ns/op", name, values)
		}
	}
	lines := Lines(records, regexp.MustCompile("A"))
	if len(lines) != 1 || fmt.Sprint(lines[0].Steps) != "[  +21 %, result]" {
		t.Errorf("lines %+v", lines)
	}
	var b strings.Builder
	if err := Write(&b, records, "%peak", lines); err != nil || !strings.Contains(b.String(), "61.00 [+21 %, result]") || !strings.Contains(b.String(), "▁█") {
		t.Errorf("%v:\n%s", err, b.String())
	}
	b.Reset()
	if err := WriteJSON(&b, "m1", records, "%peak", lines); err != nil || !strings.Contains(b.String(), `"commit": "ccc",`) {
		t.Errorf("%v:\n%s", err, b.String())
	}
}

// The page and the figures show each record, mark the steps, and have a name that any file
// system accepts. A record that lacks the benchmark leaves a gap.
func TestFigures(t *testing.T) {
	results, out := t.TempDir(), filepath.Join(t.TempDir(), "new", "out")
	record(t, results, "m1", "aaa", "2026-01-01T00:00:00Z", "aa", 50, 51, 52)
	record(t, results, "m1", "bbb", "2026-01-02T00:00:00Z", "aa")
	record(t, results, "m1", "ccc", "2026-01-03T00:00:00Z", "ab", 40, 41, 42)
	records, err := Read(results, "m1", "%peak")
	if err != nil {
		t.Fatal(err)
	}
	lines := Lines(records, regexp.MustCompile("."))
	if err := WriteFigures(out, "m1", "%peak", records, lines); err != nil {
		t.Fatal(err)
	}
	for name, wants := range map[string][]string{
		"A_n=1-2.svg":  {">aaa<", ">ccc<", ">worse<", ">result changed<"},
		"history.html": {"<svg ", "A/n=1-2; <b>-20 %, result</b> at ccc", "Machine: m1", ">bbb<"},
	} {
		text, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %q:\n%.3000s", name, want, text)
			}
		}
		if strings.Contains(string(text), ">better<") || strings.Contains(string(text), "NaN") {
			t.Errorf("%s marks what is not there", name)
		}
	}
}

// Records of another machine are refused, and so are files without an origin.
func TestRefused(t *testing.T) {
	results := t.TempDir()
	record(t, results, "m1", "aaa", "2026-01-01T00:00:00Z", "aa", 1)
	if err := os.Rename(filepath.Join(results, "m1"), filepath.Join(results, "m2")); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(results, "m2", "%peak"); err == nil || !strings.Contains(err.Error(), `"m1"`) {
		t.Errorf("error %v", err)
	}
	if err := os.WriteFile(filepath.Join(results, "m2", "bench-aaa.txt"), []byte("BenchmarkA 1 1 ns/op\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(results, "m2", "%peak"); err == nil || !strings.Contains(err.Error(), "no commit") {
		t.Errorf("error %v", err)
	}
}
