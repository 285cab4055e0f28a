package environment

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Stolen returns the time that the hypervisor took from all CPUs since the start of the
// machine. Only Linux says it.
func Stolen() (seconds float64, known bool) {
	if runtime.GOOS != "linux" {
		return 0, false
	}
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line) // cpu user nice system idle iowait irq softirq steal ...
	if len(fields) < 9 {
		return 0, false
	}
	ticks, err := strconv.ParseFloat(fields[8], 64)
	const ticksPerSecond = 100 // USER_HZ, on every architecture that Go supports
	return ticks / ticksPerSecond, err == nil
}
