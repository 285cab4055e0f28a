package spinglass_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// A finished directory is extended by disorder samples and sizes, not by starts.
func TestExtend(t *testing.T) {
	plan := func(starts int, sizes ...spinglass.Size) spinglass.Plan {
		p, err := spinglass.Preset("smoke", 3, spinglass.GD, nil)
		if err != nil {
			t.Fatal(err)
		}
		p.Sizes, p.Starts = sizes, starts
		return p
	}
	run := func(dir string, p spinglass.Plan, w io.Writer) ([]byte, error) {
		e, err := spinglass.New(p, simd.Detect())
		if err != nil {
			t.Fatal(err)
		}
		if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: w}); err != nil {
			return nil, err
		}
		return os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	}
	dir := t.TempDir()
	if _, err := run(dir, plan(5, spinglass.Size{N: 6, Disorders: 2}), io.Discard); err != nil {
		t.Fatal(err)
	}
	larger := plan(5, spinglass.Size{N: 6, Disorders: 3}, spinglass.Size{N: 8, Disorders: 1})
	want, err := run(t.TempDir(), larger, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var messages strings.Builder
	got, err := run(dir, larger, &messages)
	if err != nil || !bytes.Equal(got, want) || !strings.Contains(messages.String(), "2 of them from before") {
		t.Errorf("error %v, %s\n%s\nwant\n%s", err, messages.String(), got, want)
	}
	if _, err := run(dir, plan(6, larger.Sizes...), io.Discard); err == nil || !strings.Contains(err.Error(), "starts") {
		t.Errorf("more starts: error %v", err)
	}
}
