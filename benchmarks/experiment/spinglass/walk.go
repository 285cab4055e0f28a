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

func (e *Experiment) draw(n, disorder int) (*landscape, error) {
	g, err := spinglass.New(e.kernels, e.plan.P, n, e.plan.Couplings, e.plan.Seed, disorder)
	if err != nil {
		return nil, err
	}
	l := &landscape{glass: g}
	if e.plan.Method == SGD {
		l.parts, err = g.Split(e.plan.Stage.Parts, e.plan.Seed, disorder)
	}
	return l, err
}

// A walk is some starts on their way.
type walk struct {
	*landscape
	plan  Plan
	w     []float64 // [n][count]
	count int
	steps []int // taken, of each start
	noise []*stream.Stream
	ends  []spinglass.End
	more  func(gradients int) bool
}

func newWalk(l *landscape, plan Plan, s starts, more func(gradients int) bool) *walk {
	k := &walk{landscape: l, plan: plan, w: make([]float64, s.n*s.count), count: s.count, steps: make([]int, s.count), more: more}
	spinglass.Start(k.w, s.n, s.count, plan.Seed, s.disorder, s.first)
	if plan.Method == Langevin {
		k.noise = spinglass.Noise(s.n, s.count, plan.Seed, s.disorder, s.first)
	}
	return k
}

// advance takes the steps from, ... to-1 of the plan and sets the ends. It
// returns false when it was told to stop.
func (k *walk) advance(from, to int) bool {
	if k.plan.Stage != nil && from < k.plan.Stage.Steps {
		until := min(to, k.plan.Stage.Steps)
		if !k.stagger(from, until) {
			return false
		}
		for i := range k.steps {
			k.steps[i] += until - from
		}
		from = until
	}
	rule := spinglass.Rule{Rate: k.plan.Rate, Settle: k.plan.Settle, Tolerance: k.plan.Tolerance, MaxSteps: to - from}
	k.ends = k.glass.Descend(k.w, k.count, rule, k.more)
	for i, end := range k.ends {
		k.steps[i] += end.Steps
	}
	return k.ends != nil
}

// stagger takes stochastic steps.
func (k *walk) stagger(from, to int) bool {
	s := k.plan.Stage
	if k.plan.Method == SGD {
		return spinglass.SGD(k.parts, k.w, k.count, s.Rate, s.Decay, from, to, k.more)
	}
	return k.glass.Langevin(k.w, k.count, s.Rate, s.Temperature, k.noise, to-from, k.more)
}

// run computes a unit.
func (e *Experiment) run(ctx context.Context, s starts, progress func(gradients int)) ([]experiment.Line, error) {
	l, release, err := e.landscapes.acquire(s.n, s.disorder, e.draw)
	if err != nil {
		return nil, err
	}
	defer release()
	k := newWalk(l, e.plan, s, func(gradients int) bool {
		progress(gradients)
		return ctx.Err() == nil
	})
	done, moments := e.record.along(k, e.plan)
	if !done {
		return nil, ctx.Err()
	}
	if err := e.record.write(e.plan, s, moments); err != nil {
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
