package index

import (
	"errors"
	"math"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/minimise"
	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/simd"
)

// contradictory returns the experiment of a few tiny networks whose images come several times with
// different labels, so that the loss has a minimum at finite parameters.
func contradictory(t *testing.T, hessians int) *Experiment {
	t.Helper()
	plan, err := Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.TrainSamples, plan.TestSamples, plan.Batch, plan.Epochs = []int{2}, 3, 60, 20, 10, 10
	plan.Rate, plan.Start = .1, "small"
	data := datasettest.Random(60, 20)
	const distinct = 8
	for i := distinct; i < 60; i++ {
		copy(data.Train.Pixels[i*dataset.Size:][:dataset.Size], data.Train.Pixels[i%distinct*dataset.Size:])
	}
	for i := range data.Train.Labels {
		data.Train.Labels[i] %= 3
	}
	networks, err := mnist.New(plan.Plan, data, simd.Detect())
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(networks, simd.Detect()).WithContinuation(hessians)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A training that is continued reaches the gradient norm, where the index is that of all
// eigenvalues by gonum, and the loss is lower.
func TestContinuation(t *testing.T) {
	e := contradictory(t, 200)
	dir := t.TempDir()
	results, err := run(t, e, dir)
	if err != nil {
		t.Fatal(err)
	}
	_, weights, err := e.networks.TrainParameters(t.Context(), e.plan.Packs()[0], func(experiment.Work) {})
	if err != nil {
		t.Fatal(err)
	}
	loss := e.networks.TrainLoss(1, 2)
	for i, r := range results.Runs {
		c := r.Continuation
		if c.Stopped != minimise.Converged || !(c.Generalised < 1e-6) || !(c.Loss < c.LossBefore) || math.Abs(c.LossBefore-float64(r.TrainLoss)) > 1e-6 {
			t.Errorf("%+v", c)
		}
		m := &measurement{ctx: t.Context(), kernels: simd.Detect(), threads: 1, n: 2, images: 60, weights: weights[i], loss: loss, report: func(float64) {}}
		end, err := m.descend(200)
		if err != nil {
			t.Fatal(err)
		}
		norm, kinks, err := loss.Rounded(end.width).SmallestGradient(t.Context(), end.x, KinkDistance)
		if err != nil || norm != c.Generalised || len(kinks) != c.Kinks {
			t.Errorf("generalised gradient %v with %d kinks, error %v: %+v", norm, len(kinks), err, c)
		}
		h, err := loss.Hessian(t.Context(), end.x, noLimit)
		if err != nil {
			t.Fatal(err)
		}
		values, bound, err := spectrum.Eigenvalues(h, len(end.x))
		if err != nil {
			t.Fatal(err)
		}
		for _, count := range c.Point.Counts {
			below, unsure := 0, 0
			for _, v := range values {
				if v < count.At {
					below++
				}
				if math.Abs(v-count.At) <= bound+2*c.Point.Margin {
					unsure++
				}
			}
			if count.At > 0 {
				below -= c.Point.ZeroRows
			}
			if count.Below > below+unsure || count.Below+count.Ambiguous < below-unsure {
				t.Errorf("%+v, gonum has %d, and %d near it", count, below, unsure)
			}
		}
		concave := 0
		for _, k := range kinks {
			if !k.Convex() {
				concave++
			}
		}
		if c.Concave != concave {
			t.Errorf("%d concave kinks, want %d", c.Concave, concave)
		}
		if c.Kinks == 0 && c.Rows != len(end.x)-c.Point.ZeroRows {
			t.Errorf("%d rows without a kink", c.Rows)
		}
		for k, count := range c.Counts { // of a matrix with a row less for each kink (Cauchy)
			whole := c.Point.Counts[k]
			if left := len(end.x) - c.Point.ZeroRows - c.Rows; count.Below+count.Ambiguous < whole.Below-left || count.Below > whole.Below+whole.Ambiguous {
				t.Errorf("%+v beside %d kinks, and %+v with them", count, left, whole)
			}
		}
	}
}

// A descent that has too few Hessians for the last width is at its limit, whatever the rounded loss says, and its
// generalised gradient is that of the loss without rounding.
func TestContinuationAtItsLimit(t *testing.T) {
	e := contradictory(t, 14)
	results, err := run(t, e, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, weights, err := e.networks.TrainParameters(t.Context(), e.plan.Packs()[0], func(experiment.Work) {})
	if err != nil {
		t.Fatal(err)
	}
	loss := e.networks.TrainLoss(1, 2)
	for i, r := range results.Runs {
		c := r.Continuation
		m := &measurement{ctx: t.Context(), kernels: simd.Detect(), threads: 1, n: 2, images: 60, weights: weights[i], loss: loss, report: func(float64) {}}
		end, err := m.descend(14)
		if err != nil {
			t.Fatal(err)
		}
		norm, _, err := loss.SmallestGradient(t.Context(), end.x, KinkDistance)
		if err != nil || !(c.Width > lastWidth) || c.Stopped != minimise.Limit || c.Generalised != norm {
			t.Errorf("generalised gradient %v, error %v: %+v", norm, err, c)
		}
	}
}

// Threads change no result of a training that is continued, and a plan without is another plan.
func TestContinuationIsOfThePlan(t *testing.T) {
	want, got := t.TempDir(), t.TempDir()
	first, err := run(t, contradictory(t, 3), want)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, contradictory(t, 3).WithThreads(3), got); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, want, got)
	if c := first.Runs[0].Continuation; c.Stopped != minimise.Limit || c.Hessians != 3 {
		t.Errorf("%+v", c)
	}
	if _, err := run(t, contradictory(t, 0), want); err == nil {
		t.Error("a directory with continued trainings is extended by a plan without")
	}
	without := t.TempDir()
	if _, err := run(t, contradictory(t, 0), without); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, contradictory(t, 3), without); err == nil {
		t.Error("a directory without continued trainings is extended by a plan with them")
	}
	if _, err := ReadAll(want, without); err == nil {
		t.Error("both are read as one experiment")
	}
	var settings *experiment.SettingsError
	if _, err := contradictory(t, 0).WithContinuation(-1); !errors.As(err, &settings) {
		t.Errorf("-1 Hessians: %v", err)
	}
}

// Stored continuations that no run can have are refused.
func TestValidateContinuation(t *testing.T) {
	e := contradictory(t, 5)
	results, err := run(t, e, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c *Continuation){
		"steps":          func(c *Continuation) { c.Steps = c.Evaluations },
		"evaluations":    func(c *Continuation) { c.Evaluations = 0 },
		"Hessians":       func(c *Continuation) { c.Hessians = 6 },
		"width":          func(c *Continuation) { c.Width = 0 },
		"stopped":        func(c *Continuation) { c.Stopped = "" },
		"not converged":  func(c *Continuation) { c.Stopped, c.Generalised = minimise.Converged, 1 },
		"loss":           func(c *Continuation) { c.Loss = 2 * c.LossBefore },
		"norm":           func(c *Continuation) { c.Generalised = -1 },
		"kinks":          func(c *Continuation) { c.Kinks = -1 },
		"concave":        func(c *Continuation) { c.Concave = c.Kinks + 1 },
		"no concave":     func(c *Continuation) { c.Concave = -1 },
		"rows":           func(c *Continuation) { c.Rows++ },
		"counts":         func(c *Continuation) { c.Counts = c.Counts[1:] },
		"count":          func(c *Continuation) { c.Counts[4].Below = c.Rows + 1 },
		"point":          func(c *Continuation) { c.Point.Margin = -1 },
		"missing counts": func(c *Continuation) { c.Point.Counts = nil },
	} {
		r := results.Runs[0]
		c := *r.Continuation
		c.Counts, c.Point.Counts = append([]Count(nil), c.Counts...), append([]Count(nil), c.Point.Counts...)
		change(&c)
		r.Continuation = &c
		if r.ValidateStored(results.Plan) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	r := results.Runs[0]
	r.Continuation = nil
	if r.ValidateStored(results.Plan) == nil {
		t.Error("no continuation: no error")
	}
	results.Plan.Continue = 0
	if results.Runs[0].ValidateStored(results.Plan) == nil {
		t.Error("a continuation that is not planned: no error")
	}
}
