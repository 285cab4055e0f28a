package spinglass

import (
	"context"
	"encoding/hex"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
)

// A landscape is a glass with what the plan's method needs of it.
type landscape struct {
	glass *spinglass.Glass
	parts []*spinglass.Glass // sgd
}

func (e *Experiment) draw(n, disorder int) *landscape {
	l := &landscape{glass: spinglass.New(e.kernels, e.plan.P, n, e.plan.Couplings, e.plan.Seed, disorder)}
	if e.plan.Method == SGD {
		l.parts = l.glass.Split(e.plan.Stage.Parts, e.plan.Seed, disorder)
	}
	return l
}

// A walk is some starts on their way.
type walk struct {
	*landscape
	plan  Plan
	w     []float64 // [n][count]
	count int
	steps []int // taken, of each start
	noise []*stream.Stream
	ends  []spinglass.DescentResult
	// onStep is called after each step with the number of gradients computed for it.
	onStep func(gradients int)
}

func newWalk(l *landscape, plan Plan, s starts, onStep func(gradients int)) *walk {
	k := &walk{landscape: l, plan: plan, w: make([]float64, s.n*s.count), count: s.count, steps: make([]int, s.count), onStep: onStep}
	spinglass.DrawStarts(k.w, s.n, s.count, plan.Seed, s.disorder, s.first)
	if plan.Method == Langevin {
		k.noise = spinglass.NoiseStreams(s.n, s.count, plan.Seed, s.disorder, s.first)
	}
	return k
}

// advance takes the steps from, ..., to-1 of the plan and sets the ends. It returns
// ctx.Err() if ctx is done first.
func (k *walk) advance(ctx context.Context, from, to int) error {
	if k.plan.Stage != nil && from < k.plan.Stage.Steps {
		until := min(to, k.plan.Stage.Steps)
		if err := k.stochasticSteps(ctx, from, until); err != nil {
			return err
		}
		for i := range k.steps {
			k.steps[i] += until - from
		}
		from = until
	}
	rule := spinglass.DescentRule{Rate: k.plan.Rate, Settle: k.plan.Settle, Tolerance: k.plan.Tolerance, MaxSteps: to - from}
	ends, err := k.glass.Descend(ctx, k.w, k.count, rule, k.onStep)
	if err != nil {
		return err
	}
	k.ends = ends
	for i, end := range ends {
		k.steps[i] += end.Steps
	}
	return nil
}

// stochasticSteps takes the steps from, ..., to-1 of the plan's stage.
func (k *walk) stochasticSteps(ctx context.Context, from, to int) error {
	s := k.plan.Stage
	if k.plan.Method == SGD {
		return spinglass.SGD(ctx, k.parts, k.w, k.count, s.Rate, s.Decay, from, to, k.onStep)
	}
	return k.glass.Langevin(ctx, k.w, k.count, s.Rate, s.Temperature, k.noise, to-from, k.onStep)
}

// run computes a unit.
func (e *Experiment) run(ctx context.Context, s starts, progress func(gradients int)) ([]experiment.Line, error) {
	l, release := e.landscapes.acquire(s.n, s.disorder, e.draw)
	defer release()
	k := newWalk(l, e.plan, s, progress)
	snapshots, err := e.record.along(ctx, k, e.plan)
	if err != nil {
		return nil, err
	}
	if err := e.record.write(e.plan, s, snapshots); err != nil {
		return nil, err
	}
	lines := make([]experiment.Line, s.count)
	for i, end := range k.ends {
		digest := spinglass.Digest(k.w, s.n, s.count, i)
		lines[i], err = experiment.NewLine(Run{
			N: s.n, Run: s.disorder*e.plan.Starts + s.first + i, Disorder: s.disorder, Start: s.first + i,
			Energy: end.Energy, Gradient: end.Gradient, Steps: k.steps[i], Converged: end.Converged,
			SHA256: hex.EncodeToString(digest[:]),
		})
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}
