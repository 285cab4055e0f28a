// Package memory says how much memory a command may use, and reduces its workers to those
// that fit; and how much CPU time. It does not measure what is in use.
//
// Start with [Workers]; [Available] says what there is.
package memory

import (
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"
	"sort"
)

// A Limit is a number of bytes that a process may use, and what limits it.
type Limit struct {
	Bytes  uint64
	Source string // "this machine", "GOMEMLIMIT", "the cgroup limit /sys/fs/cgroup/x/memory.max"
}

// Available returns the smallest of the memory of the machine, the limits of the process's
// cgroup and of the cgroups that contain it, and GOMEMLIMIT. Of a machine that does not say
// how much memory it has, it assumes more than any has.
func Available() Limit {
	least := Limit{machine(), "this machine"}
	limits := append(cgroupLimits(os.DirFS("/")), Limit{uint64(debug.SetMemoryLimit(-1)), "GOMEMLIMIT"})
	for _, limit := range limits {
		if limit.Bytes < least.Bytes {
			least = limit
		}
	}
	return least
}

// Program is about the memory of a command that computes next to nothing and writes a
// report of it, in bytes.
const Program = 30 << 20

// Economise makes the garbage collector run before there is a fifth of garbage, instead of
// as much as memory in use, unless GOGC says otherwise. Long computations produce little
// garbage; their memory is then what is reckoned for them.
func Economise() {
	const usual, economical = 100, 20
	if before := debug.SetGCPercent(economical); before != usual {
		debug.SetGCPercent(before)
	}
}

// unknown is the memory of a machine that does not say how much it has.
const unknown = 1 << 46

// Workers returns the wanted number of workers or, if [Available] memory does not suffice for
// so many, the largest number for which it does, and says so on log. need returns the
// bytes for a number of workers. The error is an [*Error].
func Workers(wanted int, need func(workers int) float64, log io.Writer) (int, error) {
	limit := Available()
	workers, err := Fit(wanted, need, limit)
	if err == nil && workers < wanted {
		fmt.Fprintf(log, "%d workers would take %s of memory, and %s %s: with -workers %d they take %s\n",
			wanted, Text(need(wanted)), limit.Source, has(limit), workers, Text(need(workers)))
	}
	return workers, err
}

// Fit returns the largest number of workers, up to the wanted one, whose need is at most the
// limit. need returns the bytes for a number of workers, and does not decrease. If there is
// not enough for one worker, the error is an [*Error].
func Fit(wanted int, need func(workers int) float64, limit Limit) (workers int, err error) {
	workers = sort.Search(wanted, func(fewer int) bool { return need(fewer+1) > float64(limit.Bytes) })
	if workers == 0 {
		return 0, &Error{need(1), limit}
	}
	return workers, nil
}

// An Error says that one worker needs more memory than there is.
type Error struct {
	Need  float64 // bytes
	Limit Limit
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s of memory are needed, and %s %s", Text(e.Need), e.Limit.Source, has(e.Limit))
}

func has(l Limit) string { return "has " + Text(float64(l.Bytes)) }

// Text returns a number of bytes as text: "1.5 GiB".
func Text(bytes float64) string {
	switch {
	case !(bytes < 1<<60):
		return "more than 2^60 bytes"
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", bytes/(1<<30))
	}
	return fmt.Sprintf("%.0f MiB", math.Ceil(bytes/(1<<20)))
}
