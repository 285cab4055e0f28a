package glass

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// block is how many starts of a disorder go down together, as one unit: the more,
// the less it costs that the last few of them are alone. The results do not
// depend on it.
const block = 512

// An Experiment is a plan, ready to be computed.
type Experiment struct {
	plan    Plan
	kernels *simd.Kernels
	glasses cache

	// Work of this process.
	gradients atomic.Int64
	flops     atomic.Int64
}

// New prepares the plan for so many workers. It refuses mistakes in the settings
// and, with a [*MemoryError], what does not fit in the memory of the machine.
func New(plan Plan, kernels *simd.Kernels, workers int) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	if err := plan.fits(workers, float64(spinglass.Memory())); err != nil {
		return nil, err
	}
	return &Experiment{plan: plan, kernels: kernels}, nil
}

// Plan returns the plan.
func (e *Experiment) Plan() Plan { return e.plan }

// Job returns the experiment as a job of one unit per block of starts. The
// environment goes into timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	job := experiment.Job{Plan: e.plan, Environment: environment, Noun: "blocks of starts", Rate: e.Rate}
	for _, s := range e.plan.Sizes {
		for disorder := range s.Disorders {
			for first := 0; first < e.plan.Starts; first += block {
				job.Units = append(job.Units, e.unit(s.N, disorder, first, min(block, e.plan.Starts-first)))
			}
		}
	}
	return job
}

func (e *Experiment) unit(n, disorder, first, starts int) experiment.Unit {
	flops := FLOPs(e.plan.P, n)
	return experiment.Unit{
		Key:  fmt.Sprintf("n=%d disorder=%d starts=%d-%d", n, disorder, first, first+starts-1),
		Cost: flops * float64(starts) * e.plan.expectedSteps(n),
		Run: func(ctx context.Context, progress func(float64)) ([]experiment.Line, error) {
			done := 0.0
			return e.runBlock(ctx, n, disorder, first, starts, func(gradients int) {
				e.gradients.Add(int64(gradients))
				e.flops.Add(int64(flops * float64(gradients)))
				done += flops * float64(gradients)
				progress(done)
			})
		},
	}
}

// FLOPs returns the floating-point operations of an energy with its gradient at
// one point: two for each element of the symmetric matrices that belong to the
// p-2 first indices, 2/3 n^3 for p = 3; the rest is of lower order.
func FLOPs(p, n int) float64 {
	if p == 2 {
		return 2 * float64(n) * float64(n)
	}
	total, prefixes := 0.0, 1.0 // prefixes that end in a: C(a+p-3, p-3)
	for a := range n {
		total += prefixes * 2 * float64(n-a) * float64(n-a)
		prefixes = prefixes * float64(a+p-2) / float64(a+1)
	}
	return total
}

// Rate is an experiment.Job.Rate.
func (e *Experiment) Rate(elapsed time.Duration) string {
	s := elapsed.Seconds()
	return fmt.Sprintf("%.0f gradients/s, %.1f GFLOP/s", float64(e.gradients.Load())/s, float64(e.flops.Load())/s/1e9)
}

// runBlock lets the starts numbered from first on go down and returns their lines.
func (e *Experiment) runBlock(ctx context.Context, n, disorder, first, starts int, progress func(gradients int)) ([]experiment.Line, error) {
	g, release, err := e.glasses.acquire(n, disorder, func() (*spinglass.Glass, error) {
		return spinglass.New(e.kernels, e.plan.P, n, e.plan.Couplings, e.plan.Seed, disorder)
	})
	if err != nil {
		return nil, err
	}
	defer release()
	w := make([]float64, n*starts)
	spinglass.Start(w, n, starts, e.plan.Seed, disorder, first)
	ends := g.Descend(w, starts, e.plan.rule(), func(gradients int) bool {
		progress(gradients)
		return ctx.Err() == nil
	})
	if ends == nil {
		return nil, ctx.Err()
	}
	lines := make([]experiment.Line, starts)
	for i, end := range ends {
		digest := spinglass.Digest(w, n, starts, i)
		lines[i], err = experiment.NewLine(Run{
			N: n, Run: disorder*e.plan.Starts + first + i, Disorder: disorder, Start: first + i,
			Energy: end.Energy, Gradient: end.Gradient, Steps: end.Steps, Converged: end.Converged,
			SHA256: hex.EncodeToString(digest[:]),
		})
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

func (p Plan) rule() spinglass.Rule {
	return spinglass.Rule{Rate: p.Rate, Settle: p.Settle, Tolerance: p.Tolerance, MaxSteps: p.MaxSteps}
}
