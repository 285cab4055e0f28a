// Package patience is for waiting on something that may hang. Unlike a timer it counts only the
// time in which this program could run too: when a whole machine, container or group of
// processes is stopped for an hour and goes on, nothing in it was given an hour.
package patience

import (
	"sync/atomic"
	"time"
)

// steps that a wait is made of. However long the program is stopped, it counts as one.
const steps = 50

// sleep is time.After. Tests replace it.
var sleep = time.After

// After calls f after d, unless stop is called before, which stop reports.
func After(d time.Duration, f func()) (stop func() bool) {
	var decided atomic.Bool
	stopped := make(chan struct{})
	go func() {
		for range steps {
			select {
			case <-sleep(d / steps):
			case <-stopped:
				return
			}
		}
		if decided.CompareAndSwap(false, true) {
			f()
		}
	}()
	return func() bool {
		first := decided.CompareAndSwap(false, true)
		if first {
			close(stopped)
		}
		return first
	}
}
