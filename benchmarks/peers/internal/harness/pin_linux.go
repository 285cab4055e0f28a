package harness

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Pin keeps this process, and those it starts from now on, on one core: the
// last of those it may use. It says which.
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
	// A thread inherits from the one that starts it; the second time finds those
	// that were started the first time by a thread whose turn had not come.
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
