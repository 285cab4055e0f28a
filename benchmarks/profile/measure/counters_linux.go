package measure

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/simd"
)

// events are the generic events of Linux, by the names of perf. Cycles come first.
var events = []struct {
	name   string
	number uint64
}{
	{"cycles", unix.PERF_COUNT_HW_CPU_CYCLES},
	{"instructions", unix.PERF_COUNT_HW_INSTRUCTIONS},
	{"cache-misses", unix.PERF_COUNT_HW_CACHE_MISSES},
}

// countedRounds of the FMA probe take about a millisecond.
const countedRounds = 1 << 17

// readCounters counts the events of the FMA probe, in this thread and outside of the kernel.
func readCounters() profile.Counters {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	leader := -1
	for _, e := range events {
		fd, err := unix.PerfEventOpen(&unix.PerfEventAttr{
			Type: unix.PERF_TYPE_HARDWARE, Size: uint32(unsafe.Sizeof(unix.PerfEventAttr{})), Config: e.number,
			Read_format: unix.PERF_FORMAT_GROUP,
			Bits:        unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
		}, 0, -1, leader, unix.PERF_FLAG_FD_CLOEXEC)
		if err != nil {
			return profile.Counters{Reason: fmt.Sprintf("perf_event_open of %s: %v%s", e.name, err, remark(err))}
		}
		defer unix.Close(fd)
		if leader < 0 {
			leader = fd
		}
	}
	before, err := readGroup(leader)
	if err != nil {
		return profile.Counters{Reason: err.Error()}
	}
	simd.Detect().Probe.FMA(countedRounds)
	after, err := readGroup(leader)
	if err != nil {
		return profile.Counters{Reason: err.Error()}
	}
	counts := make([]float64, len(events))
	for i := range counts {
		counts[i] = float64(after[i] - before[i])
	}
	return perCycle(counts)
}

// perCycle returns the counts of the events for each cycle, of which counts has the first.
func perCycle(counts []float64) profile.Counters {
	if !(counts[0] > 0) {
		return profile.Counters{Reason: "the counter of cycles stands still"}
	}
	c := profile.Counters{Available: true, PerCycle: map[string]float64{}}
	for i, e := range events[1:] {
		c.PerCycle[e.name] = counts[1+i] / counts[0]
	}
	return c
}

// readGroup returns the counts of a group of events.
func readGroup(leader int) ([]uint64, error) {
	b := make([]byte, 8*(1+len(events))) // their number, and a count for each
	if n, err := unix.Read(leader, b); err != nil || n != len(b) {
		return nil, fmt.Errorf("hardware counters: %d bytes read: %w", n, err)
	}
	counts := make([]uint64, len(events))
	for i := range counts {
		counts[i] = binary.NativeEndian.Uint64(b[8*(1+i):])
	}
	return counts, nil
}

// remark explains the usual errors of perf_event_open.
func remark(err error) string {
	switch {
	case errors.Is(err, unix.ENOENT):
		return " (ENOENT), as in most virtual machines"
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return ", which sysctl kernel.perf_event_paranoid=2 or less allows"
	}
	return ""
}
