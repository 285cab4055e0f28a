package measure

import (
	"errors"
	"sync"
	"time"

	"github.com/lossglass/lossglass/internal/patience"
)

// errHangs is the error of a process that is killed because it shows no progress.
var errHangs = errors.New("no result for a long time: it hangs or is too slow; choose others (-bench)")

// after is patience.After. Tests replace it.
var after = patience.After

// A watchdog barks once if nothing is written to it for ten minutes.
type watchdog struct {
	bark   func()
	mutex  sync.Mutex
	stop   func() bool
	barked bool
}

func (w *watchdog) restart() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.stop != nil {
		w.stop()
	}
	w.stop = after(10*time.Minute, func() {
		w.mutex.Lock()
		w.barked = true
		w.mutex.Unlock()
		w.bark()
	})
}

func (w *watchdog) Write(p []byte) (int, error) {
	w.restart()
	return len(p), nil
}

// end reports whether the watchdog has barked; it will not bark any more.
func (w *watchdog) end() bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.stop != nil {
		w.stop()
	}
	return w.barked
}
