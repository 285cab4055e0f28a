package spinglass

import (
	"context"

	"github.com/lossglass/lossglass/benchmarks/experiment"
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
	plan       Plan
	recorded   []int // steps of the trajectory; none: no trajectory
	block      block
	points     []float64 // [n][count]
	stochastic int       // stochastic steps taken
	noise      []*stream.Stream
	accepted   []int              // stochastic steps of each start, for MALA
	descent    *spinglass.Descent // nil before it begins
	trajectory spinglass.Trajectory

	saved  *experiment.Checkpoint
	onStep func(gradients int) // called after each step with the number of gradients computed for it
}

func newWalk(l *disorderSample, plan Plan, recorded []int, b block) *walk {
	w := &walk{disorderSample: l, plan: plan, recorded: recorded, block: b, points: make([]float64, b.n*b.count)}
	spinglass.DrawStarts(w.points, b.n, b.count, plan.Seed, b.disorder, b.first)
	if plan.Method == Langevin || plan.Method == MALA {
		w.noise = spinglass.NoiseStreams(b.n, b.count, plan.Seed, b.disorder, b.first)
	}
	if plan.Method == MALA {
		w.accepted = make([]int, b.count)
	}
	return w
}

// finish takes all steps that are not taken yet, and records the trajectory. It returns
// ctx.Err() soon after ctx is cancelled.
func (w *walk) finish(ctx context.Context) error {
	if len(w.recorded) > 0 {
		advance := func(_, to int) error { return w.advance(ctx, to) }
		if err := w.trajectory.Follow(ctx, w.glass, w.points, w.block.count, w.recorded, advance); err != nil {
			return err
		}
	}
	return w.advance(ctx, w.plan.MaxSteps)
}

// advance takes those of the first steps of the plan that are not taken yet.
func (w *walk) advance(ctx context.Context, to int) error {
	first := w.plan.stageSteps()
	if w.stochastic < min(to, first) {
		if err := w.stochasticSteps(ctx, min(to, first)); err != nil {
			return err
		}
	}
	if to < first {
		return nil
	}
	w.beginDescent()
	err := w.descent.Advance(ctx, w.glass, to-first, w.stepped)
	w.descent.Points()
	return err
}

// beginDescent begins the descent, unless it has begun.
func (w *walk) beginDescent() {
	if w.descent == nil {
		rule := spinglass.DescentRule{Rate: w.plan.Rate, Settle: w.plan.Settle, Tolerance: w.plan.Tolerance, MaxSteps: w.plan.MaxSteps - w.plan.stageSteps()}
		w.descent = spinglass.NewDescent(w.points, w.block.n, w.block.count, rule)
	}
}

// stochasticSteps takes stochastic steps until there are so many.
func (w *walk) stochasticSteps(ctx context.Context, to int) error {
	s, count, from := w.plan.Stage, w.block.count, w.stochastic
	onStep := func(gradients int) {
		w.stochastic++
		w.stepped(gradients)
	}
	switch w.plan.Method {
	case SGD:
		return spinglass.SGD(ctx, w.parts, w.points, count, s.Rate, s.Decay, from, to, onStep)
	case MALA:
		return w.glass.MALA(ctx, w.points, count, s.Rate, s.Temperature, w.noise, to-from, w.accepted, onStep)
	}
	return w.glass.Langevin(ctx, w.points, count, s.Rate, s.Temperature, w.noise, to-from, onStep)
}

// stepped is called after each step.
func (w *walk) stepped(gradients int) {
	if w.saved.Due() {
		w.save()
	}
	w.onStep(gradients)
}

// steps returns how many steps a start has taken, once all are finished.
func (w *walk) steps(start int) int {
	return w.plan.stageSteps() + w.descent.Results()[start].Steps
}
