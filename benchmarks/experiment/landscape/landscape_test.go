package landscape_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/core/critical"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

func smallPlan(t *testing.T) landscape.Plan {
	t.Helper()
	p, err := landscape.Preset("smoke", 3, []int{2, 4})
	if err != nil {
		t.Fatal(err)
	}
	p.Sizes, p.Starts, p.Patience, p.Descents = []disorder.Size{{N: 2, Disorders: 3}, {N: 4, Disorders: 2}}, 50, 10, 20
	return p
}

func job(t *testing.T, p landscape.Plan, set *simd.Set) experiment.Job {
	t.Helper()
	e, err := landscape.New(p, set)
	if err != nil {
		t.Fatal(err)
	}
	return e.Job(nil)
}

// compute runs the plan in a directory and returns runs.jsonl.
func compute(t *testing.T, p landscape.Plan, set *simd.Set, dir string, workers int) []byte {
	t.Helper()
	if err := experiment.Run(t.Context(), job(t, p, set), experiment.Options{Dir: dir, Workers: workers, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	runs, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// A run has the points that package critical finds, and each descent is one of gradient descent to
// a minimum or is lost.
func TestRuns(t *testing.T) {
	p, dir := smallPlan(t), t.TempDir()
	compute(t, p, simd.Detect(), dir, 2)
	r, err := landscape.ReadRuns(dir)
	if err != nil || !r.Complete || len(r.Runs) != 5 {
		t.Fatalf("%v, %d runs", err, len(r.Runs))
	}
	for _, run := range r.Runs {
		g, err := spinglass.New(t.Context(), simd.Generic(), 3, run.N, spinglass.Gauss, p.Seed, run.Run)
		if err != nil {
			t.Fatal(err)
		}
		starts := stream.New(p.Seed, "landscape/newton", 3, uint64(run.N), uint64(run.Run))
		found, err := critical.Find(t.Context(), simd.Generic(), g, starts.Normals, critical.Rule{Starts: 50, Patience: 10, Most: p.MostStarts}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if digest := critical.Digest(found.Points()); hex.EncodeToString(digest[:]) != run.SHA256 || run.Points() != len(found.Points()) || !run.Consistent || run.EulerSum() != found.EulerSum() {
			t.Errorf("n=%d run=%d: other points", run.N, run.Run)
		}
		energies := make(map[float64]int) // descents by energy
		w := make([]float64, run.N)
		for start := range p.Descents {
			spinglass.DrawStarts(w, run.N, 1, p.Seed, run.Run, start)
			ends, err := g.Descend(t.Context(), w, 1, spinglass.DescentRule{Rate: p.Rate, Tolerance: p.Tolerance, MaxSteps: p.MaxSteps}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range run.Minima {
				if d := m.Energy - ends[0].Energy; d < 1e-9 && d > -1e-9 {
					energies[m.Energy]++
				}
			}
		}
		for _, m := range run.Minima {
			if energies[m.Energy] != m.Descents {
				t.Errorf("n=%d run=%d: %d descents at energy %v, want %d", run.N, run.Run, m.Descents, m.Energy, energies[m.Energy])
			}
		}
		if run.Lost != 0 {
			t.Errorf("n=%d run=%d: %d descents lost", run.N, run.Run, run.Lost)
		}
	}
}

// The same bytes with all kernels and any number of workers, interrupted or not, extended or not.
func TestSameBytes(t *testing.T) {
	p := smallPlan(t)
	want := compute(t, p, simd.Detect(), t.TempDir(), 1)
	for _, set := range simd.Available() {
		if !bytes.Equal(compute(t, p, set, t.TempDir(), 2), want) {
			t.Errorf("%s gives other bytes", set.Name)
		}
	}
	dir := t.TempDir()
	part := p
	part.Sizes = []disorder.Size{{N: 4, Disorders: 1}}
	compute(t, part, simd.Detect(), dir, 1)
	ctx, cancel := context.WithCancel(t.Context())
	j := job(t, p, simd.Detect())
	run := j.Units[1].Run
	j.Units[1].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		cancel()
		return run(ctx, report, saved)
	}
	if err := experiment.Run(ctx, j, experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	if !bytes.Equal(compute(t, p, simd.Detect(), dir, 2), want) {
		t.Error("extended, interrupted and continued, the runs are other bytes")
	}
}

func TestReadAll(t *testing.T) {
	p, a, b, c := smallPlan(t), t.TempDir(), t.TempDir(), t.TempDir()
	few, other := p, p
	few.Sizes = []disorder.Size{{N: 2, Disorders: 1}, {N: 3, Disorders: 1}}
	other.Seed = 2
	compute(t, p, simd.Detect(), a, 1)
	compute(t, few, simd.Detect(), b, 1)
	compute(t, other, simd.Detect(), c, 1)
	r, err := landscape.ReadAll(a, b)
	if err != nil || len(r.Runs) != 6 || !r.Complete || len(r.Plan.Sizes) != 3 {
		t.Errorf("%v, %d runs", err, len(r.Runs))
	}
	if _, err := landscape.ReadAll(a, c); err == nil || !strings.Contains(err.Error(), "seed") {
		t.Errorf("another seed: %v", err)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(p *landscape.Plan)
		want   string
	}{
		{func(p *landscape.Plan) { p.P = 4 }, "p = 4"},
		{func(p *landscape.Plan) { p.Sizes = nil }, "no sizes"},
		{func(p *landscape.Plan) { p.Sizes = []disorder.Size{{N: 1, Disorders: 1}} }, "size 1:"},
		{func(p *landscape.Plan) { p.Sizes = []disorder.Size{{N: 11, Disorders: 1}} }, "critical points are expected"},
		{func(p *landscape.Plan) { p.Sizes = []disorder.Size{{N: 1 << 20, Disorders: 1}} }, "size 1048576"},
		{func(p *landscape.Plan) { p.Sizes[0].Disorders = 0 }, "0 disorders"},
		{func(p *landscape.Plan) { p.Couplings = "cauchy" }, "cauchy"},
		{func(p *landscape.Plan) { p.Starts = 0 }, "0 starts"},
		{func(p *landscape.Plan) { p.MostStarts = p.Starts - 1 }, "starts at most"},
		{func(p *landscape.Plan) { p.Patience = -1 }, "-1 as the patience"},
		{func(p *landscape.Plan) { p.Descents = -1 }, "-1 descents"},
		{func(p *landscape.Plan) { p.Rate = 0 }, "rate 0"},
		{func(p *landscape.Plan) { p.Tolerance = -1 }, "tolerance -1"},
		{func(p *landscape.Plan) { p.MaxSteps = -1 }, "-1 steps"},
	} {
		p := smallPlan(t)
		c.change(&p)
		if _, err := landscape.New(p, simd.Generic()); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want an error with %q, got %v", c.want, err)
		}
	}
	for _, preset := range landscape.Presets() {
		p, err := landscape.Preset(preset, 3, nil)
		if _, invalid := landscape.New(p, simd.Generic()); err != nil || invalid != nil {
			t.Errorf("%s: %v, %v", preset, err, invalid)
		}
	}
	if _, err := landscape.Preset("paper", 3, nil); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("unknown preset: %v", err)
	}
}
