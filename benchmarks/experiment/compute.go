package experiment

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/crash"
)

// grace is how long the running units may continue after a cancellation. The units
// that finish in this time are kept, the others are abandoned.
const grace = time.Second

// An outcome is what became of a unit.
type outcome struct {
	unit    Unit
	output  Output
	err     error
	worker  int
	elapsed time.Duration
	work    Work
}

// A supply returns the next unit to compute; ok is false if there is none for its caller any
// more. It is called on several goroutines.
type supply func(ctx context.Context) (u Unit, ok bool, err error)

// inOrder supplies units in their order.
func inOrder(units []Unit) supply {
	queue := make(chan Unit, len(units))
	for _, u := range units {
		queue <- u
	}
	close(queue)
	return func(context.Context) (Unit, bool, error) {
		u, ok := <-queue
		return u, ok, nil
	}
}

// computeUnits computes at most the given number of units, which next supplies, on opt.Workers
// goroutines, and calls keep for each finished unit. It stops at the first error and when ctx
// is cancelled.
func computeUnits(ctx context.Context, opt Options, plan []byte, next supply, most int, meter *meter, keep func(outcome) error) error {
	stop := meter.show(opt.Stderr)
	defer stop()
	number := min(opt.Workers, most) // more would have nothing to do
	// There is room for every outcome: a worker never waits, even if nobody collects.
	outcomes := make(chan outcome, most+number)
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	var workers sync.WaitGroup
	workers.Add(number)
	for number := range number {
		go work(working, number, next, outcomes, meter, &workers, func(u Unit) *Checkpoint { return newCheckpoint(opt, plan, u.Key) })
	}
	go func() {
		workers.Wait()
		close(outcomes)
	}()

	err := collect(working, cancel, outcomes, func(o outcome) error {
		if err := keep(o); err != nil {
			return err
		}
		removeCheckpoint(opt.Dir, o.unit.Key)
		meter.finish(o.unit)
		return nil
	})
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &InterruptedError{meter.count() + " done; the same command continues", ctx.Err()}
	}
	return err
}

// keepIn returns a function that keeps finished units in a journal, with their times.
func keepIn(journal *journal, timing *timing, opt Options, sidecar string) func(outcome) error {
	return func(o outcome) error {
		digest, err := writeSidecar(opt.Dir, sidecar, o)
		if err != nil {
			return err
		}
		if err := journal.append(o.unit.Key, finished{o.output.Lines, digest}); err != nil {
			return err
		}
		timing.append(UnitTime{Unit: o.unit.Key, Worker: o.worker, Seconds: o.elapsed.Seconds(), Work: o.work.FLOPs})
		return nil
	}
}

// work computes the units of a supply until there is none or ctx is cancelled.
func work(ctx context.Context, number int, next supply, outcomes chan<- outcome, meter *meter, workers *sync.WaitGroup, saved func(Unit) *Checkpoint) {
	defer workers.Done()
	for ctx.Err() == nil {
		u, ok, err := next(ctx)
		if err != nil {
			outcomes <- outcome{err: err}
		}
		if err != nil || !ok {
			return
		}
		o := outcome{unit: u, worker: number}
		started := time.Now()
		o.output, o.err = runUnit(ctx, u, func(w Work) {
			o.work.add(w)
			meter.report(u, w)
		}, saved(u))
		o.elapsed = time.Since(started)
		if o.err == nil && len(o.output.Lines) == 0 {
			o.err = errors.New("no result")
		}
		if o.err != nil {
			o.err = fmt.Errorf("%s: %w", u.Key, o.err)
		}
		outcomes <- o
	}
}

// runUnit runs a unit. A panic becomes an error: on a goroutine of its own, nobody else
// could recover it, and the other units would be lost.
func runUnit(ctx context.Context, u Unit, report func(Work), saved *Checkpoint) (o Output, err error) {
	defer crash.Catch(&err)
	return u.Run(ctx, report, saved)
}

// collect calls keep for each unit that succeeded, until the outcomes end. After the
// first error it cancels the others. It returns that error, or ctx.Err().
//
// A unit that ignores a cancellation for longer than grace is abandoned: its goroutine
// ends when the unit does, and its lines are dropped.
func collect(ctx context.Context, cancel context.CancelFunc, outcomes <-chan outcome, keep func(outcome) error) error {
	var failure error
	cancelled := ctx.Done()
	var deadline <-chan time.Time
	for {
		select {
		case o, open := <-outcomes:
			if !open {
				return failure
			}
			if o.err == nil {
				o.err = keep(o)
			}
			if o.err != nil && failure == nil {
				failure = o.err
				cancel()
			}
		case <-cancelled:
			cancelled = nil
			deadline = time.After(grace)
			if failure == nil {
				failure = ctx.Err()
			}
		case <-deadline:
			return failure
		}
	}
}

// An InterruptedError is the error of a cancelled experiment or report.
type InterruptedError struct {
	State string // what is done and how to continue: "3 of 10 packs done; the same command continues"
	Err   error  // that of the context
}

func (e *InterruptedError) Error() string { return "interrupted with " + e.State }

// Unwrap returns the error of the context.
func (e *InterruptedError) Unwrap() error { return e.Err }
