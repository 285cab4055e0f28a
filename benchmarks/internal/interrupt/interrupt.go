// Package interrupt ends commands on SIGINT and SIGTERM: the first signal cancels a context,
// so that the command stops cleanly, and a second one ends the process at once.
//
// It cleans nothing up: commands write their files atomically, so that ending at any moment
// loses no more than the work in progress. Start with [Context] in main; [Status] gives the
// exit status, and [Await] leaves a computation that does not take a context.
package interrupt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/crash"
)

// patience is how long a command may continue after the first signal. It is longer than
// experiment.Run needs to keep what has just been finished.
const patience = 4 * time.Second

// A signalled is the cause of a context that a signal cancelled.
type signalled struct{ signal syscall.Signal }

func (s signalled) Error() string { return "interrupted by " + s.signal.String() }

// status returns the exit status of shells for a process that the signal ended.
func (s signalled) status() int { return 128 + int(s.signal) }

// Context returns a context that the first SIGINT or SIGTERM cancels. A second signal, or
// a command that is still running a few seconds after the first one, ends the process with
// the status that [Status] would return. stop restores the default behaviour of signals.
func Context(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first, open := <-signals
		if !open {
			return
		}
		cause := signalled{first.(syscall.Signal)}
		cancel(cause)
		select {
		case second, open := <-signals:
			if !open {
				return
			}
			os.Exit(signalled{second.(syscall.Signal)}.status())
		case <-time.After(patience):
			fmt.Fprintln(os.Stderr, cause)
			os.Exit(cause.status())
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// Status returns the exit status of a command that ended with err: 130 after SIGINT and 143
// after SIGTERM, if err is that of the context which the signal cancelled. ok is false if
// err has another reason.
func Status(ctx context.Context, err error) (status int, ok bool) {
	var cause signalled
	if !errors.Is(err, context.Canceled) || !errors.As(context.Cause(ctx), &cause) {
		return 0, false
	}
	return cause.status(), true
}

// Await returns what f returns, or ctx.Err() as soon as ctx is done. Then f is abandoned: its
// goroutine ends when f does, and its result is dropped. f must therefore have no effect that
// matters if it is late. A panic of f becomes
// an error, a [*crash.Error].
func Await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() { done <- o }()
		defer crash.Catch(&o.err)
		o.value, o.err = f()
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
