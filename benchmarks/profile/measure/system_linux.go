package measure

import (
	"bytes"
	"os"
	"regexp"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// allowedCPUs returns the numbers of the CPUs that this process may run on.
func allowedCPUs() []int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	var all []int
	for n := range 8 * len(set) * 8 {
		if set.IsSet(n) {
			all = append(all, n)
		}
	}
	return all
}

// pin binds the calling goroutine to a thread, and the thread to the allowed CPU with that
// index. Where it may not, the system chooses.
func pin(index int) {
	runtime.LockOSThread()
	if cpus := startCPUs; index < len(cpus) {
		var one unix.CPUSet
		one.Set(cpus[index])
		_ = unix.SchedSetaffinity(0, &one)
	}
}

// startCPUs are the CPUs that were allowed at the start. A thread that was pinned has fewer.
var startCPUs = allowedCPUs()

// threadSwitches returns the number of involuntary context switches of the calling thread.
func threadSwitches() float64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &usage) != nil {
		return 0
	}
	return float64(usage.Nivcsw)
}

// mapped returns zeroed memory at a multiple of 2 MiB, of which the system is asked to make
// huge pages, or ordinary ones, and a function that gives it back.
func mapped(size int, huge bool) (area []byte, release func(), err error) {
	const hugePage = 2 << 20
	all, err := unix.Mmap(-1, 0, size+hugePage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, nil, err
	}
	area = all[-address(all)%hugePage:][:size]
	advice := unix.MADV_NOHUGEPAGE
	if huge {
		advice = unix.MADV_HUGEPAGE
	}
	_ = unix.Madvise(all, advice) // advice only: the caller checks what it got
	return area, func() { _ = unix.Munmap(all) }, nil
}

var (
	mapping   = regexp.MustCompile(`(?m)^([0-9a-f]+)-([0-9a-f]+) `)
	hugeBytes = regexp.MustCompile(`AnonHugePages:\s+(\d+) kB`)
)

// hasHugePages reports whether most of an area, which has been written to, is in huge pages.
func hasHugePages(area []byte) bool {
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return false
	}
	begin := uint64(address(area))
	for _, at := range mapping.FindAllSubmatchIndex(text, -1) {
		first, _ := strconv.ParseUint(string(text[at[2]:at[3]]), 16, 64) // hexadecimal, as matched
		end, _ := strconv.ParseUint(string(text[at[4]:at[5]]), 16, 64)
		if begin < first || begin >= end {
			continue
		}
		entry, _, _ := bytes.Cut(text[at[0]:], []byte("VmFlags"))
		if m := hugeBytes.FindSubmatch(entry); m != nil {
			kilobytes, _ := strconv.Atoi(string(m[1]))
			return kilobytes<<10 > len(area)/2
		}
	}
	return false
}
