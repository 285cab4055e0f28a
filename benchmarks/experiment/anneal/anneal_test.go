package anneal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/internal/asked"
	"github.com/lossglass/lossglass/simd"
)

// small returns the experiment of a few tiny networks on random images.
func small(t *testing.T, set *simd.Set, change func(*Plan)) *Experiment {
	t.Helper()
	plan, err := Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.TrainSamples, plan.TestSamples, plan.Epochs = []int{1, 2}, 3, 20, 10, 3
	change(&plan)
	e, err := New(plan, datasettest.Random(60, 20), set)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func run(t *testing.T, e *Experiment, dir string) []byte {
	t.Helper()
	if err := experiment.Run(t.Context(), e.Job(nil), experiment.Options{Dir: dir, Workers: 2, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
	runs, err := os.ReadFile(filepath.Join(dir, "runs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// The runs have the networks of package mnist, annealed ones with their losses, and three-valued
// ones; at the temperature 0, annealing lowers the loss.
func TestRuns(t *testing.T) {
	dir := t.TempDir()
	e := small(t, simd.Detect(), func(p *Plan) { p.Hot, p.ThreeValueHot, p.Epochs = 0, 0, 10 })
	run(t, e, dir)
	results, err := ReadRuns(dir)
	if err != nil || !results.Complete || len(results.Runs) != 6 {
		t.Fatalf("%v, %d runs", err, len(results.Runs))
	}
	train, _ := e.networks.Images()
	for _, pack := range e.plan.Packs() {
		trained, err := e.networks.Train(t.Context(), pack, func(experiment.Work) {}, nil)
		if err != nil {
			t.Fatal(err)
		}
		starts := relunet.NewPack(simd.Generic(), 100, pack.N(), 10)
		for lane, params := range e.networks.Starts(pack) {
			starts.SetNetwork(lane, params)
		}
		before, _, err := starts.Evaluate(t.Context(), train, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range trained {
			at := slices.IndexFunc(results.Runs, func(q Run) bool { return q.N == r.N && q.Run.Run == r.Run })
			got := results.Runs[at]
			if got.Run != r {
				t.Errorf("%+v, mnist has %+v", got.Run, r)
			}
			if !(float64(got.Annealed.TrainLoss) < before[i]) {
				t.Errorf("n=%d run=%d: annealed from %v to %v", r.N, r.Run, before[i], got.Annealed.TrainLoss)
			}
		}
	}
	u := unit{e, e.plan.Packs()[0]}
	for _, g := range stages {
		var s savedUnit
		endings, err := u.anneal(t.Context(), g, &s, func(experiment.Work) {}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(endings, func(e Ending) bool { return e.Accepted > 0 && e.Accepted < e.Changes }) {
			t.Errorf("%s: no ending has accepted some of its changes: %+v", g.name, endings)
		}
		// What a process saved after the last sweep ends alike.
		var ended savedUnit
		state, err := json.Marshal(s)
		if err == nil {
			err = json.Unmarshal(state, &ended)
		}
		if err != nil {
			t.Fatal(err)
		}
		if resumed, err := u.anneal(t.Context(), g, &ended, func(experiment.Work) {}, nil); err != nil || !slices.Equal(resumed, endings) {
			t.Errorf("%s: resumed after the last sweep: error %v, %+v, want %+v", g.name, err, resumed, endings)
		}
		again := relunet.NewPack(simd.Generic(), 100, u.pack.N(), 10)
		for lane, params := range s.Weights {
			again.SetNetwork(lane, params)
			if g.name == "anneal/three-valued" && slices.ContainsFunc(params, func(x float32) bool { return x != -1 && x != 0 && x != 1 }) {
				t.Errorf("lane %d: parameters %v", lane, params)
			}
		}
		losses, _, err := again.Evaluate(t.Context(), train, nil)
		if err != nil {
			t.Fatal(err)
		}
		for lane, end := range endings {
			if float64(end.TrainLoss) != losses[lane] {
				t.Errorf("%s, lane %d: loss %v, its parameters have %v", g.name, lane, end.TrainLoss, losses[lane])
			}
		}
	}
}

// The same bytes with all kernels, and of runs that are extended; another pack changes no run.
func TestSameBytes(t *testing.T) {
	none := func(*Plan) {}
	want := run(t, small(t, simd.Generic(), none), t.TempDir())
	for _, set := range simd.Available() {
		if !bytes.Equal(run(t, small(t, set, none), t.TempDir()), want) {
			t.Errorf("%s gives other bytes", set.Name)
		}
	}
	dir := t.TempDir()
	run(t, small(t, simd.Detect(), func(p *Plan) { p.Sizes, p.Runs = []int{2}, 1 }), dir)
	if !bytes.Equal(run(t, small(t, simd.Detect(), none), dir), want) {
		t.Error("extended, the runs are other bytes")
	}
	alone := run(t, small(t, simd.Detect(), func(p *Plan) { p.Sizes, p.Runs = []int{1}, 2 }), t.TempDir())
	if !bytes.HasPrefix(want, alone) {
		t.Errorf("two runs alone are\n%s, not the first of\n%s", alone, want)
	}
}

// A unit that is cancelled in either annealing continues from its last sweep, to the same lines.
func TestContinues(t *testing.T) {
	e := small(t, simd.Detect(), func(p *Plan) { p.Sizes = []int{1} })
	u := unit{e, e.plan.Packs()[0]}
	whole, err := u.run(t.Context(), func(experiment.Work) {}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, inStage := t.TempDir(), [2]bool{}
	perSweep := Parameters(1)
	for left := perSweep + 20; inStage != [2]bool{true, true}; left += perSweep {
		if left > 12*perSweep {
			t.Fatalf("interrupted in stages %v", inStage)
		}
		job := e.Job(nil)
		job.Units[0].Run = func(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (experiment.Output, error) {
			_, err := u.run(asked.New(ctx, left), report, saved)
			if s := u.restore(saved); errors.Is(err, context.Canceled) && s.Sweeps > 0 {
				inStage[len(s.Endings)] = true
				out, err := u.run(ctx, report, saved)
				if err != nil || len(out.Lines) != len(whole.Lines) {
					t.Fatalf("%d lines, error %v", len(out.Lines), err)
				}
				for i, line := range out.Lines {
					if !bytes.Equal(line.JSON, whole.Lines[i].JSON) {
						t.Errorf("%s\nwant %s", line.JSON, whole.Lines[i].JSON)
					}
				}
			}
			return experiment.Output{}, errors.New("stop")
		}
		if err := experiment.Run(t.Context(), job, experiment.Options{Dir: dir, Workers: 1, Stderr: io.Discard}); err == nil {
			t.Fatal("no error")
		}
	}
}

func TestReadAll(t *testing.T) {
	a, b, c := t.TempDir(), t.TempDir(), t.TempDir()
	run(t, small(t, simd.Detect(), func(p *Plan) { p.Sizes = []int{1} }), a)
	run(t, small(t, simd.Detect(), func(p *Plan) { p.Sizes, p.Runs = []int{2}, 1 }), b)
	run(t, small(t, simd.Detect(), func(p *Plan) { p.Hot = 1 }), c)
	r, err := ReadAll(a, b)
	if err != nil || len(r.Runs) != 4 || !slices.Equal(r.Plan.Sizes, []int{1, 2}) {
		t.Errorf("%v, %+v", err, r)
	}
	if _, err := ReadAll(a, c); err == nil || !strings.Contains(err.Error(), "hot") {
		t.Errorf("another temperature: %v", err)
	}
	if job, err := StoredJob(a); err != nil || len(job.Units) != 1 {
		t.Errorf("stored job: %v, %d units", err, len(job.Units))
	}
}

// Of trials that diverge, none is the best one.
func TestBestOf(t *testing.T) {
	for _, c := range []struct {
		losses []float64
		want   int
	}{{[]float64{3, 1, 2, 1}, 1}, {[]float64{math.NaN(), 2, math.NaN(), 1}, 3}, {[]float64{math.NaN()}, 0}, {[]float64{1, math.NaN()}, 0}} {
		var trials []Trial
		for _, x := range c.losses {
			trials = append(trials, Trial{Validation: x})
		}
		if got := bestOf(trials); got != c.want {
			t.Errorf("%v: trial %d, want %d", c.losses, got, c.want)
		}
	}
}

// Calibration takes every schedule, validates on images that are not trained on, and has a best
// one of each method.
func TestCalibrate(t *testing.T) {
	e := small(t, simd.Detect(), func(p *Plan) { p.Epochs = 1 })
	data := datasettest.Random(60, 20)
	trials, err := Calibrate(t.Context(), e.plan, data, simd.Detect(), nil)
	if err != nil {
		t.Fatal(err)
	}
	best := map[string]Trial{}
	for _, trial := range trials {
		if trial.Best {
			best[trial.Method] = trial
		}
	}
	for _, trial := range trials {
		if trial.Validation < best[trial.Method].Validation || math.IsNaN(trial.Validation) || trial.Validation == trial.Train {
			t.Errorf("%+v, best %+v", trial, best[trial.Method])
		}
	}
	if len(best) != 3 || len(trials) != len(rates)*len(decays)+len(hots)*len(coolings)*len(boxes)+len(threeValueHots)*len(coolings) {
		t.Errorf("%d trials, best %v", len(trials), best)
	}
	held, err := withValidation(data, 20)
	if err != nil || !slices.Equal(held.Test.Pixels, data.Train.Pixels[20*100:40*100]) || !slices.Equal(held.Test.Labels, data.Train.Labels[20:40]) {
		t.Errorf("validation images: %v", err)
	}
	if _, err := withValidation(data, 31); err == nil {
		t.Error("no error for too few images")
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		change func(p *Plan)
		want   string
	}{
		{func(p *Plan) { p.Hot = -1 }, "hot -1"},
		{func(p *Plan) { p.Hot = math.NaN() }, "hot NaN"},
		{func(p *Plan) { p.Cooling = 1.5 }, "cooling 1.5"},
		{func(p *Plan) { p.ThreeValueHot = math.Inf(1) }, "three-value-hot +Inf"},
		{func(p *Plan) { p.ThreeValueCooling = -.1 }, "three-value-cooling -0.1"},
		{func(p *Plan) { p.Step = 0 }, "step 0"},
		{func(p *Plan) { p.Step = 9 }, "step 9"},
		{func(p *Plan) { p.Box = 2000 }, "box 2000"},
		{func(p *Plan) { p.Float64 = true }, "float64"},
		{func(p *Plan) { p.TrainSamples = -1 }, "-1 images"},
		{func(p *Plan) { p.Sizes, p.Hidden = []int{4}, []int{2, 2} }, "2-2"},
		{func(p *Plan) { p.Runs = 0 }, "0 runs"},
	} {
		p, err := Preset("smoke")
		if err != nil {
			t.Fatal(err)
		}
		c.change(&p)
		var settings *experiment.SettingsError
		if _, err := New(p, datasettest.Random(100, 500), simd.Generic()); !errors.As(err, &settings) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want an error with %q, got %v", c.want, err)
		}
	}
	if _, err := Preset("none"); err == nil {
		t.Error("no error for an unknown preset")
	}
}

// Stored runs that no plan can have are refused.
func TestValidateStored(t *testing.T) {
	dir := t.TempDir()
	run(t, small(t, simd.Detect(), func(*Plan) {}), dir)
	results, err := ReadRuns(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(r *Run){
		"negative loss": func(r *Run) { r.Annealed.TrainLoss = -1 },
		"loss NaN":      func(r *Run) { r.ThreeValued.TestLoss = mnist.NullableFloat(math.NaN()) },
		"accuracy":      func(r *Run) { r.ThreeValued.TestAccuracy = 1.5 },
		"accepted":      func(r *Run) { r.Annealed.Accepted = r.Annealed.Changes + 1 },
		"changes":       func(r *Run) { r.Annealed.Changes = Parameters(r.N) + 1 },
		"digest":        func(r *Run) { r.Annealed.WeightsSHA256 = "xyz" },
		"seed":          func(r *Run) { r.Seed++ },
	} {
		r := results.Runs[0]
		change(&r)
		if r.ValidateStored(results.Plan) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
