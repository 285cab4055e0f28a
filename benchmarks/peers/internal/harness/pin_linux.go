package harness

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Pin pins this process, and every process it starts afterwards, to the last core
// that it may use, and returns the name of the core.
func Pin() (string, error) {
	var allowed, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return "", err
	}
	core := 0
	for i := range 64 * len(allowed) {
		if allowed.IsSet(i) {
			core = i
		}
	}
	one.Set(core)
	// A thread inherits the affinity of the thread that starts it. The second pass
	// finds threads that were started during the first one by a thread that was not
	// pinned yet.
	for range 2 {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return "", err
		}
		for _, t := range threads {
			id, err := strconv.Atoi(t.Name())
			if err != nil {
				return "", err
			}
			if err := unix.SchedSetaffinity(id, &one); err != nil && err != unix.ESRCH { // it may have ended
				return "", err
			}
		}
	}
	return "core " + strconv.Itoa(core), nil
}
