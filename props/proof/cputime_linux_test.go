package proof_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime returns the CPU time of this thread.
func cpuTime() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
