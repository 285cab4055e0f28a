package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCalibrateMisuse(t *testing.T) {
	t.Setenv("LOSSGLASS_DATA", "")
	t.Setenv("LOSSGLASS_ISA", "")
	dir := t.TempDir()
	for _, c := range []struct{ args, want string }{
		{"-budget 1s", "at least"},
		{"-budget soon", "soon"},
		{"-workers=-1", "-workers -1"},
		{"-isa sse9", `"sse9"`},
		{"-train-samples 70000", "70000"},
	} {
		args := append([]string{"calibrate", "-data", "builtin", "-out", dir, "-table", dir}, strings.Fields(c.args)...)
		status, out, err := lossglass(args...)
		if status != misuse || out != "" || strings.Count(err, "\n") != 1 || !strings.Contains(err, c.want) {
			t.Errorf("%s: status %d, stdout %q, stderr %q; want status %d and one line with %q", c.args, status, out, err, misuse, c.want)
		}
	}
}

// The command writes its tables with a header and shows the winners; again, it only reads.
func TestCalibrate(t *testing.T) {
	if testing.Short() {
		t.Skip("package calibrate tests a whole search as well")
	}
	dir := t.TempDir()
	args := []string{"calibrate", "-data", "builtin", "-train-samples", "3", "-test-samples", "2", "-budget", "1s",
		"-out", filepath.Join(dir, "out"), "-table", filepath.Join(dir, "table")}
	status, first, stderr := lossglass(args...)
	if status != 0 || !strings.Contains(first, "preset paper-matched") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, first, stderr)
	}
	for _, name := range []string{"calibration.md", "calibration.csv"} {
		text, err := os.ReadFile(filepath.Join(dir, "table", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"commit: ", "CPU: ", "ISA: ", "Go: ", "date: ", "command: ", "data: builtin", "data sha256: "} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %q", name, want)
			}
		}
	}
	if status, again, stderr := lossglass(args...); status != 0 || again != first {
		t.Errorf("again: status %d, stdout %q, stderr %q", status, again, stderr)
	}
}
