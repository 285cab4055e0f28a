package bench

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// pin pins the calling goroutine to one core until undo is called.
func pin(core int) (undo func(), err error) {
	runtime.LockOSThread()
	var before, one unix.CPUSet
	one.Set(core)
	if err = unix.SchedGetaffinity(0, &before); err == nil {
		err = unix.SchedSetaffinity(0, &one)
	}
	if err != nil {
		runtime.UnlockOSThread()
		return nil, fmt.Errorf("-pin=%d: %w", core, err)
	}
	return func() {
		if unix.SchedSetaffinity(0, &before) == nil {
			runtime.UnlockOSThread() // else the thread ends with its goroutine
		}
	}, nil
}
