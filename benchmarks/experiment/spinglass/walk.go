package spinglass

import (
	"context"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
)

// A disorderSample is one draw of the couplings, in the form that the plan's method needs.
type disorderSample struct {
	glass *spinglass.Glass
	parts []*spinglass.Glass // for SGD: summands whose couplings add up to those of glass
}

func (e *Experiment) draw(ctx context.Context, n, disorder int) (*disorderSample, error) {
	glass, err := spinglass.New(ctx, e.kernels, e.plan.P, n, e.plan.Couplings, e.plan.Seed, disorder)
	if err != nil {
		return nil, err
	}
	l := &disorderSample{glass: glass}
	if e.plan.Method == SGD {
		l.parts, err = glass.Split(ctx, e.plan.Stage.Parts, e.plan.Seed, disorder)
	}
	return l, err
}

// A walk is the state of a block of starts between steps.
type walk struct {
	*disorderSample
	plan   Plan
	count  int
	points []float64 // [n][count]
	steps  []int     // taken by each start
	noise  []*stream.Stream
	ends   []spinglass.DescentResult
	onStep func(gradients int) // called after each step with the number of gradients computed for it
}

func newWalk(l *disorderSample, plan Plan, b block, onStep func(gradients int)) *walk {
	w := &walk{disorderSample: l, plan: plan, count: b.count, points: make([]float64, b.n*b.count), steps: make([]int, b.count), onStep: onStep}
	spinglass.DrawStarts(w.points, b.n, b.count, plan.Seed, b.disorder, b.first)
	if plan.Method == Langevin {
		w.noise = spinglass.NoiseStreams(b.n, b.count, plan.Seed, b.disorder, b.first)
	}
	return w
}

// advance takes the steps from, ..., to-1 of the plan and sets the ends. It returns
// ctx.Err() soon after ctx is cancelled.
func (w *walk) advance(ctx context.Context, from, to int) error {
	if w.plan.Stage != nil && from < w.plan.Stage.Steps {
		until := min(to, w.plan.Stage.Steps)
		if err := w.stochasticSteps(ctx, from, until); err != nil {
			return err
		}
		for i := range w.steps {
			w.steps[i] += until - from
		}
		from = until
	}
	rule := spinglass.DescentRule{Rate: w.plan.Rate, Settle: w.plan.Settle, Tolerance: w.plan.Tolerance, MaxSteps: to - from}
	ends, err := w.glass.Descend(ctx, w.points, w.count, rule, w.onStep)
	if err != nil {
		return err
	}
	w.ends = ends
	for i, end := range ends {
		w.steps[i] += end.Steps
	}
	return nil
}

func (w *walk) stochasticSteps(ctx context.Context, from, to int) error {
	s := w.plan.Stage
	if w.plan.Method == SGD {
		return spinglass.SGD(ctx, w.parts, w.points, w.count, s.Rate, s.Decay, from, to, w.onStep)
	}
	return w.glass.Langevin(ctx, w.points, w.count, s.Rate, s.Temperature, w.noise, to-from, w.onStep)
}
