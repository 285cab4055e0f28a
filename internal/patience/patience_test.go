package patience

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAfter(t *testing.T) {
	for name, c := range map[string]struct {
		wait    time.Duration // before stop
		called  bool
		stopped bool
	}{
		"stopped at once": {0, false, true},
		"stopped":         {9 * time.Second, false, true},
		"not stopped":     {11 * time.Second, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				called := false
				stop := After(10*time.Second, func() { called = true })
				time.Sleep(c.wait)
				synctest.Wait()
				if got := stop(); got != c.stopped || called != c.called {
					t.Errorf("stop: %v, called: %v", got, called)
				}
			})
		})
	}
}

// A program that was stopped finds that one of its waits took very long. That is not the end
// of its patience.
func TestStoppedProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, waits := sleep, 0
		defer func() { sleep = before }()
		sleep = func(d time.Duration) <-chan time.Time {
			if waits++; waits == 2 {
				d = time.Hour
			}
			return time.After(d)
		}
		called := false
		stop := After(10*time.Second, func() { called = true })
		time.Sleep(time.Hour + 9*time.Second)
		synctest.Wait()
		if called {
			t.Error("an hour in which the program was stopped counts")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !called || stop() {
			t.Error("the patience has no end")
		}
	})
}
