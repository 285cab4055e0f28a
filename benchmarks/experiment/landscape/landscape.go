package landscape

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/critical"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with the kernels that compute it. It is immutable.
type Experiment struct {
	plan    Plan
	kernels *simd.Set
}

// New prepares a plan. It returns an [*experiment.SettingsError] for a mistake in the
// settings.
func New(plan Plan, kernels *simd.Set) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	return &Experiment{plan, kernels}, nil
}

// Bytes returns the memory that a process takes at most while a number of workers computes the
// experiment and its report is written, without garbage.
func (e *Experiment) Bytes(workers int) float64 {
	const bytesPerRun = 4000
	largest := e.plan.Sizes[len(e.plan.Sizes)-1].N
	descents := spinglass.WorkBytes(e.kernels, e.plan.P, largest, max(1, e.plan.Descents))
	return memory.Program + bytesPerRun*float64(e.plan.Runs()) + float64(workers)*float64(descents)
}

// Job returns the experiment as a job with one unit per disorder sample. The environment is
// recorded in timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	var units []experiment.Unit
	for _, s := range e.plan.Sizes {
		cost := e.cost(s.N)
		for disorder := range s.Disorders {
			u := unit{e, s.N, disorder}
			units = append(units, experiment.Unit{Key: u.key(), Runs: 1, Cost: cost, FLOPs: cost, Run: u.run})
		}
	}
	extends := func(stored []byte) (func(experiment.Line) (experiment.Line, error), bool) {
		return nil, e.plan.extends(stored)
	}
	return experiment.Job{
		Plan: e.plan, Extends: extends, UnitOf: unitOf, Units: units, Environment: environment, Runs: e.plan.TotalRuns(),
		Noun: "disorder sample", Command: e.plan.command(), Speed: speed,
	}
}

// cost returns about the floating-point operations of a disorder sample, for estimates of the
// time: ten steps from each start of Newton's method, of which about 3^n/8 find all pairs for
// p = 3, and some hundred steps of each descent. Shards are divided by it on every machine alike.
func (e *Experiment) cost(n int) float64 {
	starts, last := float64(e.plan.Starts), 1.0
	if e.plan.P == 3 {
		for range n {
			last *= 3
		}
		starts = max(starts, float64(e.plan.Patience)*last/8)
	}
	cube := float64(n) * float64(n) * float64(n)
	return (float64(starts*20) + float64(float64(e.plan.Descents)*200)) * cube
}

// A unit computes one disorder sample.
type unit struct {
	*Experiment
	n, disorder int
}

func (u unit) key() string { return unitKey(u.n, u.disorder) }

func unitKey(n, disorder int) string { return fmt.Sprintf("n=%d disorder=%d", n, disorder) }

// unitOf is an [experiment.Job.UnitOf]: each disorder sample is one run.
func unitOf(line experiment.Line) string { return unitKey(line.N, line.Run) }

func (u unit) run(ctx context.Context, report func(experiment.Work), _ *experiment.Checkpoint) (out experiment.Output, err error) {
	glass, err := spinglass.New(ctx, u.kernels, u.plan.P, u.n, u.plan.Couplings, u.plan.Seed, u.disorder)
	if err != nil {
		return out, err
	}
	starts := stream.New(u.plan.Seed, "landscape/newton", uint64(u.plan.P), uint64(u.n), uint64(u.disorder))
	found, err := critical.Find(ctx, u.kernels, glass, starts.Normals, u.plan.rule(), nil)
	if err != nil {
		return out, err
	}
	run := u.describe(found)
	if err := u.descend(ctx, glass, found.Points(), &run); err != nil {
		return out, err
	}
	report(experiment.Work{Items: float64(found.Starts), FLOPs: u.cost(u.n)})
	line, err := experiment.NewLine(run)
	out.Lines = []experiment.Line{line}
	return out, err
}

// describe returns the run without its minima.
func (u unit) describe(found *critical.Result) Run {
	points := found.Points()
	digest := critical.Digest(points)
	run := Run{
		N: u.n, Run: u.disorder, Counts: found.Counts(), Energies: make([]float64, u.n), Consistent: found.Consistent(),
		Starts: found.Starts, Converged: found.Converged, Found: []int{}, Once: found.Once(), Minima: []Minimum{}, SHA256: hex.EncodeToString(digest[:]),
	}
	for _, p := range found.Pairs {
		run.Found = append(run.Found, p.First)
		run.Ambiguous += p.Ambiguous
	}
	for _, p := range points {
		run.Energies[p.Index] += p.Energy
	}
	for k, count := range run.Counts {
		if count > 0 {
			run.Energies[k] /= float64(count)
		}
	}
	if !math.IsInf(found.Closest, 1) {
		run.Closest = found.Closest
	}
	return run
}

// nearby is the largest distance, over sqrt(n), of the end of a descent from its minimum.
const nearby = 0.01

// descend takes the plan's descents and counts how many end at each minimum.
func (u unit) descend(ctx context.Context, glass *spinglass.Glass, points []critical.Point, run *Run) error {
	var minima []critical.Point
	for _, p := range points {
		if p.Index == 0 {
			minima = append(minima, p)
			run.Minima = append(run.Minima, Minimum{Energy: p.Energy})
		}
	}
	count := u.plan.Descents
	if count == 0 {
		return ctx.Err()
	}
	w := make([]float64, u.n*count)
	spinglass.DrawStarts(w, u.n, count, u.plan.Seed, u.disorder, 0)
	rule := spinglass.DescentRule{Rate: u.plan.Rate, Tolerance: u.plan.Tolerance, MaxSteps: u.plan.MaxSteps}
	ends, err := glass.Descend(ctx, w, count, rule, nil)
	if err != nil {
		return err
	}
	end := make([]float64, u.n)
	for i, result := range ends {
		for j := range end {
			end[j] = w[j*count+i]
		}
		run.Lost++
		if !result.Converged || len(minima) == 0 {
			continue
		}
		if at, distance := critical.Nearest(minima, end); distance <= nearby {
			run.Minima[at].Descents++
			run.Lost--
		}
	}
	return nil
}

// speed is the experiment.Job.Speed: its items are starts of Newton's method.
func speed(done experiment.Work, elapsed time.Duration) string {
	return fmt.Sprintf("%.0f starts/s", done.Items/elapsed.Seconds())
}
