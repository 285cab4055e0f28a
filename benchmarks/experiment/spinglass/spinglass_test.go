package spinglass_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	core "github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// smallPlan has two sizes with two disorders and one, of several blocks each.
func smallPlan(t testing.TB, method spinglass.Method) spinglass.Plan {
	t.Helper()
	p, err := spinglass.Preset("smoke", 3, method, []int{4, 6})
	if err != nil {
		t.Fatal(err)
	}
	p.Starts, p.Seed, p.MaxSteps = 530, 7, 60
	p.SetDisorders(4, 2)
	p.SetDisorders(6, 1)
	if p.Stage != nil {
		p.Stage.Steps = 20
	}
	return p
}

func prepare(t testing.TB, p spinglass.Plan, k *simd.Set) *spinglass.Experiment {
	t.Helper()
	e, err := spinglass.New(p, k)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// compute runs the plan in a new directory and returns the directory.
func compute(t testing.TB, p spinglass.Plan, k *simd.Set, workers int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	run(t, prepare(t, p, k), dir, workers)
	return dir
}

func run(t testing.TB, e *spinglass.Experiment, dir string, workers int) {
	t.Helper()
	opt := experiment.Options{Dir: dir, Workers: workers, Stderr: io.Discard}
	if err := experiment.Run(t.Context(), e.Job(nil), opt); err != nil {
		t.Fatal(err)
	}
}

func readRuns(t testing.TB, dir string) *spinglass.Results {
	t.Helper()
	r, err := spinglass.ReadRuns(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every run has the result of its start computed alone, for each method.
func TestRunsAlone(t *testing.T) {
	for _, method := range []spinglass.Method{spinglass.GD, spinglass.SGD, spinglass.Langevin, spinglass.MALA} {
		p := smallPlan(t, method)
		got := readRuns(t, compute(t, p, simd.Detect(), 2))
		if !got.Complete || len(got.Runs) != p.Runs() || !reflect.DeepEqual(got.Plan, p) {
			t.Fatalf("%s: complete %v with %d runs of %+v", method, got.Complete, len(got.Runs), got.Plan)
		}
		for _, i := range []int{0, 511, 512, 530, 3*530 - 1} {
			if want := alone(t, p, got.Runs[i].N, got.Runs[i].Run); got.Runs[i] != want {
				t.Errorf("%s: got %+v\nwant %+v", method, got.Runs[i], want)
			}
		}
	}
}

// alone computes one run by itself.
func alone(t *testing.T, p spinglass.Plan, n, run int) spinglass.Run {
	disorder, start := run/p.Starts, run%p.Starts
	g, err := core.New(t.Context(), simd.Generic(), p.P, n, p.Couplings, p.Seed, disorder)
	if err != nil {
		t.Fatal(err)
	}
	w := make([]float64, n)
	core.DrawStarts(w, n, 1, p.Seed, disorder, start)
	rule := core.DescentRule{Rate: p.Rate, Settle: p.Settle, Tolerance: p.Tolerance, MaxSteps: p.MaxSteps}
	before, accepted := 0, make([]int, 1)
	if s := p.Stage; s != nil {
		before = s.Steps
		rule.MaxSteps -= before
		switch p.Method {
		case spinglass.SGD:
			split, err := g.Split(t.Context(), s.Parts, p.Seed, disorder)
			if err != nil {
				t.Fatal(err)
			}
			if err := core.SGD(t.Context(), split, w, 1, s.Rate, s.Decay, 0, before, nil); err != nil {
				t.Fatal(err)
			}
		case spinglass.MALA:
			noise := core.NoiseStreams(n, 1, p.Seed, disorder, start)
			if err := g.MALA(t.Context(), w, 1, s.Rate, s.Temperature, noise, before, accepted, nil); err != nil {
				t.Fatal(err)
			}
		case spinglass.Langevin:
			noise := core.NoiseStreams(n, 1, p.Seed, disorder, start)
			if err := g.Langevin(t.Context(), w, 1, s.Rate, s.Temperature, noise, before, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	ends, err := g.Descend(t.Context(), w, 1, rule, nil)
	if err != nil {
		t.Fatal(err)
	}
	end, digest := ends[0], core.Digest(w, n, 1, 0)
	return spinglass.Run{
		N: n, Run: run, Disorder: disorder, Start: start, Energy: end.Energy, Gradient: end.Gradient,
		Steps: before + end.Steps, Converged: end.Converged, SHA256: hex.EncodeToString(digest[:]), Accepted: accepted[0],
	}
}

func TestSameBytesOnAnyKernelsAndWorkers(t *testing.T) {
	var want []byte
	for _, k := range simd.Available() {
		for _, workers := range []int{1, 2} {
			runs, err := os.ReadFile(filepath.Join(compute(t, smallPlan(t, spinglass.GD), k, workers), "runs.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = runs
			}
			if !bytes.Equal(runs, want) {
				t.Errorf("%s with %d workers gives other bytes", k.Name, workers)
			}
		}
	}
}

// A cancelled experiment keeps the finished units, and a later run continues it.
func TestInterruptedRunContinues(t *testing.T) {
	p := smallPlan(t, spinglass.GD)
	whole, err := os.ReadFile(filepath.Join(compute(t, p, simd.Detect(), 1), "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	ctx, cancel := context.WithCancel(t.Context())
	job := prepare(t, p, simd.Detect()).Job(nil)
	compute := job.Units[1].Run
	job.Units[1].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
		cancel()
		return compute(ctx, report, saved)
	}
	opt := experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}
	if err := experiment.Run(ctx, job, opt); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
	if r := readRuns(t, dir); r.Complete || len(r.Runs) == 0 {
		t.Errorf("after the interruption: complete %v with %d runs", r.Complete, len(r.Runs))
	}
	run(t, prepare(t, p, simd.Detect()), dir, 2)
	if runs, err := os.ReadFile(filepath.Join(dir, "runs.jsonl")); err != nil || !bytes.Equal(runs, whole) {
		t.Errorf("continued, the runs are other bytes; %v", err)
	}
}

// Directories that differ in sizes and disorder samples are read as one experiment.
func TestReadAll(t *testing.T) {
	k := simd.Detect()
	whole := smallPlan(t, spinglass.SGD)
	few, more, other := whole, whole, whole
	few.Sizes = []spinglass.Size{{N: 4, Disorders: 1}}
	more.Sizes = []spinglass.Size{{N: 4, Disorders: 2}, {N: 6, Disorders: 1}}
	other.Starts++
	dir := compute(t, few, k, 1)
	archive := filepath.Join(t.TempDir(), "archive")
	if err := experiment.Archive(compute(t, more, k, 1), archive); err != nil {
		t.Fatal(err)
	}
	got, err := spinglass.ReadAll(dir, archive)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Parts) != 2 || !reflect.DeepEqual(got.Parts[0], readRuns(t, dir).Plan) {
		t.Errorf("the plans of the directories: %+v", got.Parts)
	}
	if want := readRuns(t, compute(t, whole, k, 1)); !reflect.DeepEqual(got.Runs, want.Runs) || !reflect.DeepEqual(got.Plan, want.Plan) || !got.Complete {
		t.Errorf("got %d runs of %+v, want %d of %+v", len(got.Runs), got.Plan, len(want.Runs), want.Plan)
	}
	if _, err := spinglass.ReadAll(dir, compute(t, other, k, 1)); err == nil {
		t.Error("another number of starts was merged")
	}
}

// Recording trajectories changes no result. The last point of a trajectory is the result of
// its run.
func TestTrajectories(t *testing.T) {
	for _, method := range []spinglass.Method{spinglass.GD, spinglass.Langevin, spinglass.MALA} {
		p := smallPlan(t, method)
		p.Settle = 0
		steps := []int{60, 0, 7, 30}
		dir := t.TempDir()
		e, err := prepare(t, p, simd.Detect()).WithTrajectories(steps)
		if err != nil {
			t.Fatal(err)
		}
		run(t, e, dir, 2)
		results := readRuns(t, dir)
		if plain := readRuns(t, compute(t, p, simd.Detect(), 1)); !reflect.DeepEqual(results, plain) {
			t.Errorf("%s: the trajectories change the results", method)
		}
		points, err := spinglass.ReadTrajectories(dir)
		if err != nil || len(points) != len(steps)*p.Runs() {
			t.Fatalf("%d points, %v", len(points), err)
		}
		for i, r := range results.Runs {
			last := points[4*i+3]
			if last.N != r.N || last.Run != r.Run || last.Step != 60 || last.Energy != r.Energy || len(last.Overlap) != 4 {
				t.Fatalf("%s: the trajectory ends with %+v, the run is %+v", method, last, r)
			}
		}
		want := p.Rate * 60
		if p.Stage != nil {
			want = p.Stage.Rate*20 + p.Rate*40
		}
		if got := points[3].Time; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: 60 steps take the time %v, want %v", method, got, want)
		}
	}
}

// The memory grows with the workers as long as there are units and disorder samples for
// them, and with the parts of the couplings.
func TestBytes(t *testing.T) {
	bytes := func(method spinglass.Method, disorders, starts, workers int) float64 {
		p := smallPlan(t, method)
		p.Sizes, p.Starts = []spinglass.Size{{N: 100, Disorders: 1}, {N: 500, Disorders: disorders}}, starts
		e, err := spinglass.New(p, simd.Detect())
		if err != nil {
			t.Fatal(err)
		}
		return e.Bytes(workers)
	}
	couplings := float64(core.CouplingBytes(3, 500))
	one := bytes(spinglass.GD, 2, 10, 1)
	for _, c := range []struct {
		name   string
		bytes  float64
		factor float64 // of the couplings
	}{
		{"one worker", one, 1},
		{"two workers", bytes(spinglass.GD, 2, 10, 2), 2},
		{"more workers than units", bytes(spinglass.GD, 2, 10, 64), 2},
		{"two workers that share couplings", bytes(spinglass.GD, 1, 1000, 2), 1},
		{"five parts", bytes(spinglass.SGD, 2, 10, 1), 1 + float64(smallPlan(t, spinglass.SGD).Stage.Parts)},
	} {
		if c.bytes < c.factor*couplings || c.bytes > 1.15*c.factor*couplings+80<<20 {
			t.Errorf("%s: %g bytes, the couplings are %g times %g", c.name, c.bytes, couplings, c.factor)
		}
	}
}

// Every plan that New accepts can be read again.
func TestNewAcceptsReadablePlans(t *testing.T) {
	for _, sizes := range []int{1, 1024, 1025} {
		p := smallPlan(t, spinglass.GD)
		p.Sizes = nil
		for n := range sizes {
			p.Sizes = append(p.Sizes, spinglass.Size{N: 2 + n, Disorders: 1})
		}
		p.P = 2
		_, err := spinglass.New(p, simd.Detect())
		if (err == nil) != (p.ValidateStored() == nil) || (err == nil) != (sizes <= 1024) {
			t.Errorf("%d sizes: %v, reading: %v", sizes, err, p.ValidateStored())
		}
	}
}
