package memory

import (
	"io/fs"
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
)

// CPUs returns the smallest limit of CPU time, in CPUs, of the process's control group and
// of those that contain it, and the file that states it. It is 0 without a limit.
func CPUs() (cpus float64, source string) { return cpuLimit(os.DirFS("/")) }

// UsableCPUs returns how many CPUs this process can keep busy: those that Go uses, which are at least two
// where the machine has them, but no more than the limit of CPU time, rounded up.
func UsableCPUs() int { return usable(runtime.GOMAXPROCS(0), os.DirFS("/")) }

func usable(cpus int, root fs.FS) int {
	if limit, _ := cpuLimit(root); limit > 0 {
		return min(cpus, int(math.Ceil(limit)))
	}
	return cpus
}

// cpuLimit is CPUs for the system with that root directory.
func cpuLimit(root fs.FS) (cpus float64, source string) {
	eachGroup(root, "cpu", func(m mount, group string) {
		for _, dir := range m.folders(group) {
			limit, file := m.quota(root, dir)
			if limit > 0 && (cpus == 0 || limit < cpus) {
				cpus, source = limit, file
			}
		}
	})
	return cpus, source
}

// quota reads the limit of one group: a time, or none, and the period in which it may be
// used, in cpu.max of version 2 or in two files of version 1.
func (m mount) quota(root fs.FS, dir string) (cpus float64, file string) {
	file = path.Join(dir, "cpu.max")
	fields := strings.Fields(strings.Join(lines(root, strings.TrimPrefix(file, "/")), " "))
	if m.controller != "" {
		file = path.Join(dir, "cpu.cfs_quota_us")
		fields = append(lines(root, strings.TrimPrefix(file, "/")), lines(root, strings.TrimPrefix(path.Join(dir, "cpu.cfs_period_us"), "/"))...)
	}
	if len(fields) != 2 {
		return 0, file
	}
	quota, err := strconv.ParseFloat(fields[0], 64) // "max" and -1 are no limit
	period, err2 := strconv.ParseFloat(fields[1], 64)
	if err != nil || err2 != nil || quota <= 0 || period <= 0 {
		return 0, file
	}
	return quota / period, file
}

// Throttled returns how often the process's control group, or one that contains it, was stopped
// because its CPU time was used up, and for how many seconds, of all CPUs: those of the group that
// was stopped for longest.
func Throttled() (times, seconds float64) { return throttled(os.DirFS("/")) }

// throttled is Throttled for the system with that root directory.
func throttled(root fs.FS) (times, seconds float64) {
	eachGroup(root, "cpu", func(m mount, group string) {
		for _, dir := range m.folders(group) {
			n, total := 0., 0.
			for _, line := range lines(root, strings.TrimPrefix(path.Join(dir, "cpu.stat"), "/")) {
				name, text, _ := strings.Cut(line, " ")
				value, err := strconv.ParseFloat(text, 64)
				if err != nil {
					continue
				}
				switch name {
				case "nr_throttled":
					n = value
				case "throttled_time": // version 1, in nanoseconds
					total = value * 1e-9
				case "throttled_usec":
					total = value * 1e-6
				}
			}
			if total > seconds {
				times, seconds = n, total
			}
		}
	})
	return times, seconds
}
