// Package asked has a context for tests of cancellation that no clock decides.
package asked

import (
	"context"
	"sync/atomic"
)

// New returns a context whose Err is context.Canceled from the (questions+1)-th time on that it is
// asked for. A computation that asks too rarely for such a test computes to its end. Done is that of
// ctx.
func New(ctx context.Context, questions int) context.Context {
	a := &asked{Context: ctx}
	a.left.Store(int64(questions))
	return a
}

type asked struct {
	context.Context
	left atomic.Int64
}

func (a *asked) Err() error {
	if a.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}
