package experiment

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// grace is how long running units may go on after a cancellation. Those that
// finish within it are kept; the others are given up.
const grace = time.Second

// An outcome is a unit that a worker has finished with.
type outcome struct {
	unit    Unit
	lines   []Line
	err     error
	worker  int
	elapsed time.Duration
	work    float64 // of the unit's cost, as far as it told
}

// compute runs the units in their order on the given number of goroutines and
// calls keep, on its own goroutine, for each that succeeded. It stops at the
// first error and at a cancellation of ctx.
//
// A unit that ignores the cancellation for longer than grace is left behind:
// its goroutine ends when the unit does, and its lines are dropped.
func compute(ctx context.Context, units []Unit, workers int, meter *meter, keep func(outcome) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	outcomes := startWorkers(ctx, units, workers, meter)

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

// startWorkers returns the channel of outcomes, closed when all workers are
// done. It has room for every outcome, so that no worker ever waits.
func startWorkers(ctx context.Context, units []Unit, workers int, meter *meter) <-chan outcome {
	queue := make(chan Unit, len(units))
	for _, u := range units {
		queue <- u
	}
	close(queue)

	outcomes := make(chan outcome, len(units))
	var running sync.WaitGroup
	for worker := range workers {
		running.Go(func() {
			for u := range queue {
				if ctx.Err() != nil {
					return
				}
				outcomes <- runUnit(ctx, u, worker, meter)
			}
		})
	}
	go func() {
		running.Wait()
		close(outcomes)
	}()
	return outcomes
}

func runUnit(ctx context.Context, u Unit, worker int, meter *meter) outcome {
	started := time.Now()
	show, work := meter.of(u), 0.0
	lines, err := u.Run(ctx, func(done float64) {
		work = done
		show(done)
	})
	if err == nil && len(lines) == 0 {
		err = errors.New("no result")
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", u.Key, err)
	}
	return outcome{unit: u, lines: lines, err: err, worker: worker, elapsed: time.Since(started), work: work}
}
