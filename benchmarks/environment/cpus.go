package environment

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// CPUs returns the number of logical CPUs of the machine, also of those that this process may
// not run on (taskset), where the system says it.
func CPUs() int {
	text, err := os.ReadFile("/sys/devices/system/cpu/online")
	if err != nil {
		return runtime.NumCPU()
	}
	if n := countRanges(strings.TrimSpace(string(text))); n > 0 {
		return n
	}
	return runtime.NumCPU()
}

// countRanges counts the numbers of a list such as 0-3,7; 0 if it is no such list.
func countRanges(list string) (n int) {
	for part := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || first < 0 || last < first {
			return 0
		}
		n += last - first + 1
	}
	return n
}
