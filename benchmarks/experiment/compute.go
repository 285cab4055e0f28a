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

// computeUnits computes the units in their order on opt.Workers goroutines, writes
// each finished unit to the journal. It stops at the first error and when ctx is
// cancelled.
func computeUnits(ctx context.Context, job Job, opt Options, units []Unit, journal *journal) error {
	timing := openTiming(opt, job.Environment)
	defer timing.close()
	meter := newMeter(job, units)
	stop := meter.show(opt.Stderr)
	defer stop()

	queue := make(chan Unit, len(units))
	for _, u := range units {
		queue <- u
	}
	close(queue)
	// There is room for every outcome: a worker never waits, even if nobody collects.
	outcomes := make(chan outcome, len(units))
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	number := min(opt.Workers, len(units)) // more would have nothing to do
	var workers sync.WaitGroup
	workers.Add(number)
	for number := range number {
		go work(working, number, queue, outcomes, meter, &workers, func(u Unit) *Checkpoint { return newCheckpoint(opt, journal.plan, u.Key) })
	}
	go func() {
		workers.Wait()
		close(outcomes)
	}()

	err := collect(working, cancel, outcomes, func(o outcome) error {
		sidecar, err := writeSidecar(opt.Dir, job.Sidecar, o)
		if err != nil {
			return err
		}
		if err := journal.append(o.unit.Key, finished{o.output.Lines, sidecar}); err != nil {
			return err
		}
		removeCheckpoint(opt.Dir, o.unit.Key)
		meter.finish(o.unit)
		timing.append(UnitTime{Unit: o.unit.Key, Worker: o.worker, Seconds: o.elapsed.Seconds(), Work: o.work.FLOPs})
		return nil
	})
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &InterruptedError{meter.count() + " done; the same command continues", ctx.Err()}
	}
	return err
}

// work computes units from the queue until it is empty or ctx is cancelled.
func work(ctx context.Context, number int, queue <-chan Unit, outcomes chan<- outcome, meter *meter, workers *sync.WaitGroup, saved func(Unit) *Checkpoint) {
	defer workers.Done()
	for u := range queue {
		if ctx.Err() != nil {
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
