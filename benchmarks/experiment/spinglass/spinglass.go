package spinglass

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with the kernels that compute it. It is immutable.
type Experiment struct {
	plan       Plan
	kernels    *simd.Set
	trajectory []int // steps to record, ascending; none: no trajectories
}

// New prepares a plan. It returns an [*experiment.SettingsError] for a mistake in the
// settings. It does not consider the memory: see [Experiment.Bytes].
func New(plan Plan, kernels *simd.Set) (*Experiment, error) {
	if err := plan.ValidateStored(); err != nil { // nothing is computed that could not be read
		return nil, &experiment.SettingsError{Err: err}
	}
	return &Experiment{plan: plan, kernels: kernels}, nil
}

// Plan returns the plan.
func (e *Experiment) Plan() Plan { return e.plan }

// Job returns the experiment as a job with one unit per block of starts. The environment
// is recorded in timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	samples := &cache{draw: e.draw, bytes: e.sampleBytes}
	partition := func(finished []string) (units []experiment.Unit) {
		for _, b := range e.plan.blocks(finished) {
			flops := FLOPs(e.plan.P, b.n) * float64(b.count) * e.plan.expectedSteps(b.n)
			units = append(units, experiment.Unit{Key: b.key(), Runs: b.count, Cost: flops, FLOPs: flops, Run: unit{e, b, samples}.run})
		}
		return units
	}
	return experiment.Job{
		Plan: e.plan, Extends: e.plan.extends, UnitOf: e.plan.unitOf, Units: partition(nil), Partition: partition, Environment: environment, Runs: e.plan.TotalRuns(),
		Noun: "block", Sidecar: trajectoriesName, Recording: len(e.trajectory) > 0, Command: e.plan.command(), Speed: speed,
	}
}

// A unit computes one block of starts.
type unit struct {
	*Experiment
	block
	samples *cache
}

func (u unit) run(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (out experiment.Output, err error) {
	l, release, err := u.samples.acquire(ctx, u.n, u.disorder)
	if err != nil {
		return out, err
	}
	defer release()
	w := newWalk(l, u.plan, u.trajectory, u.block)
	flops := FLOPs(u.plan.P, u.n)
	w.onStep = func(gradients int) {
		report(experiment.Work{Items: float64(gradients), FLOPs: flops * float64(gradients)})
	}
	w.saved = saved
	saved.Load(w.restore)
	if err := w.finish(ctx); err != nil {
		if ctx.Err() != nil {
			w.save()
		}
		return out, err
	}
	if len(u.trajectory) > 0 {
		if out.Sidecar, err = u.trajectoryLines(ctx, w.trajectory.Snapshots); err != nil {
			if ctx.Err() != nil {
				w.save() // all steps are taken
			}
			return out, err
		}
	}
	out.Lines, err = u.lines(w)
	return out, err
}

// lines returns the results of a walk that is finished.
func (u unit) lines(w *walk) ([]experiment.Line, error) {
	lines := make([]experiment.Line, u.count)
	for i, end := range w.descent.Results() {
		digest := spinglass.Digest(w.points, u.n, u.count, i)
		run := Run{
			N: u.n, Run: u.plan.runNumber(u.disorder, u.first+i), Disorder: u.disorder, Start: u.first + i,
			Energy: end.Energy, Gradient: end.Gradient, Steps: w.steps(i), Converged: end.Converged,
			SHA256: hex.EncodeToString(digest[:]),
		}
		if w.accepted != nil {
			run.Accepted = w.accepted[i]
		}
		var err error
		if lines[i], err = experiment.NewLine(run); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// FLOPs returns the floating-point operations of an energy and its gradient at one
// point: 2 for each element of the symmetric matrices of the p-2 leading indices, which
// is 2/3 n^3 for p = 3. Terms of lower order are not counted.
func FLOPs(p, n int) float64 {
	if p == 2 {
		return 2 * float64(n) * float64(n)
	}
	total, prefixes := 0.0, 1.0 // prefixes that end in a: C(a+p-3, p-3)
	for a := range n {
		total += float64(prefixes * 2 * float64(n-a) * float64(n-a)) // never fused: shards are divided by it, on every machine alike
		prefixes = prefixes * float64(a+p-2) / float64(a+1)
	}
	return total
}

// speed is the experiment.Job.Speed: its items are gradients.
func speed(done experiment.Work, elapsed time.Duration) string {
	s := elapsed.Seconds()
	return fmt.Sprintf("%.0f gradients/s, %.1f GFLOP/s", done.Items/s, done.FLOPs/s/1e9)
}
