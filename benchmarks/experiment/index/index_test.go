package index

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/simd"
)

// small returns the experiment of a few tiny networks on random images, of which one pixel
// is never used.
func small(t *testing.T, change func(*Plan)) *Experiment {
	t.Helper()
	plan, err := Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.TrainSamples, plan.TestSamples, plan.Batch = []int{2}, 3, 60, 20, 10
	change(&plan)
	data := datasettest.Random(60, 20)
	for i := 7; i < len(data.Train.Pixels); i += dataset.Size {
		data.Train.Pixels[i] = 0
	}
	networks, err := mnist.New(plan.Plan, data, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	return New(networks, simd.Detect())
}

func run(t *testing.T, e *Experiment, dir string) (*Results, error) {
	t.Helper()
	if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 2, Stderr: io.Discard}); err != nil {
		return nil, err
	}
	return ReadRuns(dir)
}

// The points are what gonum's eigenvalues of the whole Hessian say, and the networks are
// those of package mnist.
func TestPoints(t *testing.T) {
	e := small(t, func(*Plan) {})
	results, err := run(t, e, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	networks, weights, err := e.networks.TrainParameters(t.Context(), e.plan.Packs()[0], func(experiment.Work) {})
	if err != nil {
		t.Fatal(err)
	}
	loss, negative := e.networks.TrainLoss(1, 2), 0
	for i, r := range results.Runs {
		if r.Run != networks[i] {
			t.Errorf("%+v, mnist has %+v", r.Run, networks[i])
		}
		h, err := loss.Hessian(t.Context(), weights[i], noLimit)
		if err != nil {
			t.Fatal(err)
		}
		values, bound, err := spectrum.Eigenvalues(h, len(weights[i]))
		if err != nil {
			t.Fatal(err)
		}
		zero, near := 0, 0
		for k := range weights[i] {
			row := h[k*len(weights[i]):][:len(weights[i])]
			if !slices.ContainsFunc(row, func(x float64) bool { return x != 0 }) {
				zero++
			}
		}
		for _, v := range values {
			if math.Abs(v) < 1e-3 {
				near++
			}
		}
		p := r.Point
		if p.ZeroRows != zero || p.UnusedPixels < 1 || p.NearZero() != near {
			t.Errorf("%d zero rows and %d eigenvalues near zero, want %d and %d", p.ZeroRows, p.NearZero(), zero, near)
		}
		for _, c := range p.Counts[:3] {
			want := 0
			for _, v := range values {
				if v < c.At {
					want++
				}
			}
			if negative += want; c.Below != want || c.Ambiguous != 0 {
				t.Errorf("%+v, gonum has %d", c, want)
			}
		}
		if at0 := p.Counts[3]; at0.Ambiguous < 2+1 { // the n + 1 that change no probability
			t.Errorf("%+v at 0", at0)
		}
		if math.Abs(p.Smallest.Value-values[0]) > bound+p.Smallest.Residual || math.Abs(p.Largest.Value-values[len(values)-1]) > bound+p.Largest.Residual {
			t.Errorf("extremes %+v and %+v, want %v and %v", p.Smallest, p.Largest, values[0], values[len(values)-1])
		}
		gradient, product := make([]float64, len(weights[i])), make([]float64, len(weights[i]))
		if _, err := loss.Gradient(t.Context(), weights[i], gradient); err != nil {
			t.Fatal(err)
		}
		if err := loss.HessianVector(t.Context(), weights[i], gradient, product); err != nil {
			t.Fatal(err)
		}
		if squared := chain(gradient, gradient); p.GradientNorm != math.Sqrt(squared) || math.Abs(p.Curvature-chain(gradient, product)/squared) > 1e-12 {
			t.Errorf("gradient norm %v, curvature %v", p.GradientNorm, p.Curvature)
		}
	}
	if negative == 0 {
		t.Error("no negative eigenvalue: nothing is tested")
	}
}

// Threads, spectra and an interruption change no result; a larger plan extends a smaller one.
func TestSameBytes(t *testing.T) {
	want := t.TempDir()
	if _, err := run(t, small(t, func(*Plan) {}), want); err != nil {
		t.Fatal(err)
	}
	spectra := small(t, func(*Plan) {}).WithThreads(3).WithSpectra()
	dir := t.TempDir()
	if _, err := run(t, spectra, dir); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, want, dir)
	points, err := ReadSpectra(dir)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, q := range points {
		sum += q.Density * (points[1].Eigenvalue - points[0].Eigenvalue)
	}
	if math.Abs(sum-1) > 1e-3 {
		t.Errorf("the density of %d points integrates to %v", len(points), sum)
	}

	extended := t.TempDir()
	if _, err := run(t, small(t, func(p *Plan) { p.Runs = 1 }), extended); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, small(t, func(*Plan) {}), extended); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, want, extended)
}

func compareFiles(t *testing.T, want, got string) {
	t.Helper()
	a, errA := os.ReadFile(filepath.Join(want, "runs.jsonl"))
	b, errB := os.ReadFile(filepath.Join(got, "runs.jsonl"))
	if err := errors.Join(errA, errB); err != nil || !bytes.Equal(a, b) {
		t.Errorf("runs.jsonl differs (%v):\n%s\n%s", err, a, b)
	}
}

// A unit that is cancelled continues with the networks that are not finished.
func TestContinues(t *testing.T) {
	u := unit{small(t, func(*Plan) {}), mnist.Pack{}}
	u.pack = u.plan.Packs()[0]
	whole, err := u.run(t.Context(), func(experiment.Work) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, continued := t.TempDir(), false
	for left := 16; !continued; left += left / 2 {
		if left > 1<<20 {
			t.Fatal("no number of questions interrupts the unit between two networks")
		}
		job := u.Job(nil)
		job.Units[0].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
			_, err := u.run(asked.New(ctx, left), report, saved)
			if done := u.restore(saved); len(done.Lines) > 0 && len(done.Lines) < 3 {
				continued = true
				out, err := u.run(ctx, report, saved)
				if err != nil || len(out.Lines) != 3 {
					t.Fatalf("%d lines, error %v", len(out.Lines), err)
				}
				for i, line := range out.Lines {
					if !bytes.Equal(line.JSON, whole.Lines[i].JSON) {
						t.Errorf("%s\nwant %s", line.JSON, whole.Lines[i].JSON)
					}
				}
			}
			return experiment.Output{}, errors.Join(errors.New("stop"), err)
		}
		if err := experiment.Run(t.Context(), job, experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); err == nil {
			t.Fatal("no error")
		}
	}
}

// What a unit reports adds up to what it was planned to take, though its networks stop changing before the training ends.
func TestReportsAllWork(t *testing.T) {
	e := small(t, func(p *Plan) { p.Epochs, p.Decay = 30, 0 })
	unit, sum := e.Job(nil).Units[0], experiment.Work{}
	if _, err := unit.Run(t.Context(), func(w experiment.Work) { sum.Items, sum.FLOPs = sum.Items+w.Items, sum.FLOPs+w.FLOPs }, nil); err != nil {
		t.Fatal(err)
	}
	if sum.Items != 3 || sum.FLOPs < .99*unit.FLOPs || sum.FLOPs > 1.3*unit.FLOPs {
		t.Errorf("%+v is reported, %v were planned", sum, unit.FLOPs)
	}
}

// A state with spectra continues without them; one without begins again if they are recorded.
func TestRestoresSpectra(t *testing.T) {
	state := savedUnit{Lines: []json.RawMessage{[]byte("1")}, Spectra: true, Sidecar: []byte("2")}
	for _, c := range []struct {
		saved, recorded bool
		want            savedUnit
	}{
		{true, true, state},
		{true, false, savedUnit{Lines: state.Lines}},
		{false, false, savedUnit{Lines: state.Lines}},
		{false, true, savedUnit{Spectra: true}},
	} {
		e, saved := small(t, func(*Plan) {}), state
		if e.spectra = c.recorded; !c.saved {
			saved.Spectra, saved.Sidecar = false, nil
		}
		job := e.Job(nil)
		job.Units[0].Run = func(_ context.Context, _ func(experiment.Work), checkpoint *experiment.Checkpoint) (experiment.Output, error) {
			saved.save(checkpoint)
			if got := (unit{e, e.plan.Packs()[0]}).restore(checkpoint); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v: %+v", c, got)
			}
			return experiment.Output{}, errors.New("stop")
		}
		if err := experiment.Run(t.Context(), job, experiment.Options{Dir: t.TempDir(), Workers: 1, Stderr: io.Discard}); err == nil {
			t.Error("no error")
		}
	}
}

// Weights that are not those of the given runs are an error that names the run.
func TestDigests(t *testing.T) {
	e := small(t, func(*Plan) {})
	other := []mnist.Run{{N: 2, Run: 1, WeightsSHA256: "abc"}}
	if _, err := run(t, e.WithDigests(other, "DIR"), t.TempDir()); err == nil || !strings.Contains(err.Error(), "n=2 run=1: weights_sha256") || !strings.Contains(err.Error(), "in DIR it is \"abc\"") {
		t.Errorf("error %v", err)
	}
}

// A run that diverged has no point, and is no error.
func TestDiverged(t *testing.T) {
	results, err := run(t, small(t, func(p *Plan) { p.Rate = 1e30 }), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results.Runs {
		if !r.Diverged() || r.Point != nil {
			t.Errorf("%+v", r)
		}
	}
}

func TestRefused(t *testing.T) {
	plan, err := Preset("paper")
	if err != nil {
		t.Fatal(err)
	}
	options := dataset.Options{Dir: dataset.Builtin}
	plan.Sizes = []int{60000}
	var need *memory.Error
	if _, err := Load(t.Context(), plan, options, simd.Detect()); !errors.As(err, &need) || !strings.Contains(err.Error(), "60000 hidden units") {
		t.Errorf("a Hessian that does not fit: %v", err)
	}
	var settings *experiment.SettingsError
	if _, err := Load(t.Context(), Of(plan.WithLayers([]int{5, 5})), options, simd.Detect()); !errors.As(err, &settings) {
		t.Errorf("two layers: %v", err)
	}
	if _, err := Preset("none"); err == nil {
		t.Error("no error for an unknown preset")
	}
}

// Stored points that no run can have are refused.
func TestValidate(t *testing.T) {
	good := func() Run {
		p := &Point{GradientNorm: 1, Margin: 1e-9}
		for i, x := range Thresholds() {
			p.Counts = append(p.Counts, Count{At: x, Below: i})
		}
		return Run{Run: mnist.Run{N: 3, Run: 1, Seed: 1, Data: "mnist", Epochs: 1}, Point: p}
	}
	plan := Of(mnist.Plan{Sizes: []int{3}, Runs: 2, Seed: 1, Data: "mnist", Epochs: 1})
	if err := good().ValidateStored(plan); err != nil {
		t.Fatal(err)
	}
	other := good() // an eigenvalue is certainly below -1e-6, and so close to 0 that the larger margin there has it
	other.Point.Counts[2].Below, other.Point.Counts[3].Below, other.Point.Counts[3].Ambiguous = 3, 2, 1
	if err := other.ValidateStored(plan); err != nil {
		t.Errorf("counts with other margins: %v", err)
	}
	for name, change := range map[string]func(r *Run){
		"no point":         func(r *Run) { r.Point = nil },
		"too many":         func(r *Run) { r.Point.Counts[4].Below = relunet.Params(100, 3, 10) + 1 },
		"ambiguous":        func(r *Run) { r.Point.Counts[0].Ambiguous = -1 },
		"not ascending":    func(r *Run) { r.Point.Counts[3].Below = 0 },
		"other threshold":  func(r *Run) { r.Point.Counts[0].At = -2e-3 },
		"missing count":    func(r *Run) { r.Point.Counts = r.Point.Counts[1:] },
		"zero rows":        func(r *Run) { r.Point.ZeroRows = 100000 },
		"dead units":       func(r *Run) { r.Point.DeadUnits = 4 },
		"negative norm":    func(r *Run) { r.Point.GradientNorm = -1 },
		"of another plan":  func(r *Run) { r.Seed = 2 },
		"negative margin":  func(r *Run) { r.Point.Margin = -1 },
		"diverged, points": func(r *Run) { r.TrainLoss = 101 },
	} {
		r := good()
		change(&r)
		if r.ValidateStored(plan) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
