package main

import (
	"bytes"
	"context"
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

// An interrupted search says how to continue and writes no tables.
func TestCalibrateInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := t.TempDir()
	args := []string{"calibrate", "-data", "builtin", "-out", filepath.Join(dir, "out"), "-table", filepath.Join(dir, "table")}
	var out bytes.Buffer
	err := watcher{word: "rung 1", seen: cancel}
	status := run(ctx, args, streams{&out, &err})
	if status != failure || out.Len() > 0 || !strings.Contains(err.String(), "the same command continues") {
		t.Errorf("status %d, stdout %q, stderr %q", status, out.String(), err.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "table")); err == nil {
		t.Error("tables of an unfinished search")
	}
}

// A watcher is a buffer that calls seen when a text with the word is written.
type watcher struct {
	bytes.Buffer
	word string
	seen func()
}

func (w *watcher) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.word)) {
		w.seen()
	}
	return w.Buffer.Write(p)
}
