package mnist_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/simd"
)

// A finished directory is extended by runs and sizes: full packs are kept, and the result is
// that of the larger plan computed at once. A directory of other settings, or of more runs, is
// refused and left as it is.
func TestExtend(t *testing.T) {
	p := smallPlan(t) // 18 runs of 2 and 3 units
	dir := compute(t, p, simd.Detect(), 1)
	run := func(p mnist.Plan) (string, error) {
		var b strings.Builder
		err := experiment.Run(t.Context(), prepare(t, p, simd.Detect()).Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: &b})
		return b.String(), err
	}
	larger := p
	larger.Sizes, larger.Runs = []int{2, 3, 4}, 34
	messages, err := run(larger)
	if err != nil || !strings.Contains(messages, "extended, 2 packs of it finished before") || !strings.Contains(messages, "complete, 9 packs, 2 of them from before") {
		t.Fatalf("%v, %s", err, messages)
	}
	once := compute(t, larger, simd.Detect(), 1)
	for _, file := range []string{"plan.json", "runs.jsonl", "SHA256SUMS"} {
		if want, got := content(t, once, file), content(t, dir, file); !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
		}
	}
	if messages, err := run(larger); err != nil || strings.Contains(messages, "not used") || !strings.Contains(messages, "9 of them from before") {
		t.Errorf("again: %v, %s", err, messages)
	}

	other := larger
	other.Seed, other.Runs = 8, 64
	for _, p := range []mnist.Plan{p, other} {
		refusal := new(experiment.MismatchError)
		if _, err := run(p); !errors.As(err, &refusal) {
			t.Errorf("%d runs, seed %d: error %v", p.Runs, p.Seed, err)
		}
	}
	if want, got := content(t, once, "runs.jsonl"), content(t, dir, "runs.jsonl"); !bytes.Equal(got, want) {
		t.Error("a refused plan changed the runs")
	}

	// An archive has no journal.
	archive := filepath.Join(t.TempDir(), "archive")
	if err := experiment.Archive(dir, archive); err != nil {
		t.Fatal(err)
	}
	dir, larger.Runs = archive, 50
	messages, err = run(larger)
	if err != nil || !strings.Contains(messages, "extended, 6 packs of it finished before") {
		t.Fatalf("an archive: %v, %s", err, messages)
	}
	if want, got := content(t, compute(t, larger, simd.Detect(), 1), "runs.jsonl"), content(t, dir, "runs.jsonl"); !bytes.Equal(got, want) {
		t.Errorf("an archive, extended:\n%s\nwant\n%s", got, want)
	}
}

// A healthy directory with curves of several sizes is extended without a word of damage, and has the
// curves of a directory computed at once. Without recording, the curves of a pack that was not full are
// not kept: those of the others are.
func TestExtendCurves(t *testing.T) {
	p := smallPlan(t)
	larger := p
	larger.Runs = 34
	run := func(dir string, p mnist.Plan, every int) string {
		e := prepare(t, p, simd.Detect())
		if every > 0 {
			var err error
			if e, err = e.WithCurves(every); err != nil {
				t.Fatal(err)
			}
		}
		var b strings.Builder
		if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 1, Stderr: &b}); err != nil {
			t.Fatalf("%v, %s", err, b.String())
		}
		return b.String()
	}
	dir, once := filepath.Join(t.TempDir(), "dir"), filepath.Join(t.TempDir(), "once")
	run(dir, p, 1)
	if said := run(dir, larger, 1); strings.Contains(said, "damage") || strings.Contains(said, "differed") {
		t.Errorf("extended: %s", said)
	}
	run(once, larger, 1)
	for _, file := range []string{"runs.jsonl", "curves.jsonl", "SHA256SUMS"} {
		if want, got := content(t, once, file), content(t, dir, file); !bytes.Equal(got, want) {
			t.Errorf("%s differs: %d bytes, not %d", file, len(got), len(want))
		}
	}
	if damaged, err := filepath.Glob(filepath.Join(dir, "*.damaged*")); err != nil || len(damaged) > 0 {
		t.Errorf("%q are left, %v", damaged, err)
	}

	few := p
	few.Sizes, few.Runs = []int{3}, 8
	dir = filepath.Join(t.TempDir(), "few")
	run(dir, few, 1)
	few.Runs = 16
	run(dir, few, 0)
	if points, err := mnist.ReadCurves(dir); err != nil || len(points) > 0 {
		t.Errorf("%d points of a pack that was computed again without curves, %v", len(points), err)
	}
}
