package spinglass

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/simd"
)

// block is how many starts of a disorder go down together, as one unit: the more,
// the less it costs that the last few of them are alone. The results do not
// depend on it.
const block = 512

// An Experiment is a plan, ready to be computed.
type Experiment struct {
	plan    Plan
	kernels *simd.Set
	record  Trajectories

	landscapes cache

	// Work of this process.
	gradients atomic.Int64
	flops     atomic.Int64
}

// New prepares the plan for so many workers. It refuses mistakes in the settings
// and, with a [*MemoryError], what does not fit in the memory of the machine.
func New(plan Plan, kernels *simd.Set, workers int) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	if err := plan.fits(workers, float64(memory())); err != nil {
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
	for _, s := range e.plan.blocks() {
		job.Units = append(job.Units, e.unit(s))
	}
	return job
}

// A starts is some starts of one disorder that go down together.
type starts struct {
	n, disorder  int
	first, count int // start numbers
}

func (s starts) key() string {
	return fmt.Sprintf("n=%d disorder=%d starts=%d-%d", s.n, s.disorder, s.first, s.first+s.count-1)
}

// blocks returns the units of the plan.
func (p Plan) blocks() []starts {
	var all []starts
	for _, s := range p.Sizes {
		for disorder := range s.Disorders {
			for first := 0; first < p.Starts; first += block {
				all = append(all, starts{s.N, disorder, first, min(block, p.Starts-first)})
			}
		}
	}
	return all
}

func (e *Experiment) unit(s starts) experiment.Unit {
	flops := FLOPs(e.plan.P, s.n)
	return experiment.Unit{
		Key:  s.key(),
		Cost: flops * float64(s.count) * e.plan.expectedSteps(s.n),
		Run: func(ctx context.Context, progress func(float64)) ([]experiment.Line, error) {
			done := 0.0
			return e.run(ctx, s, func(gradients int) {
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
