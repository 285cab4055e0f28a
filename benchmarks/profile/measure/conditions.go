package measure

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/simd"
)

// conditions returns what the process is allowed to use.
func conditions() profile.Conditions {
	c := profile.Conditions{CPUs: allowedCPUs(), GOMAXPROCS: runtime.GOMAXPROCS(0), Emulator: emulator()}
	c.Cores = c.GOMAXPROCS
	if n := len(c.CPUs); n > 0 {
		c.Cores = min(c.Cores, n)
	}
	// A group that is allowed less time than its cores have is stopped in turns, and no figure of
	// all of them at once would be one of the CPU.
	if c.Quota, _ = memory.CPUs(); c.Quota > 0 {
		c.Cores = max(1, min(c.Cores, int(c.Quota)))
	}
	limit := memory.Available()
	c.MemoryLimit, c.MemoryFrom = int64(limit.Bytes), limit.Source
	return c
}

// emulator returns the name of the program that interprets this one's instructions, or "".
// An emulator of a whole machine says so in cpuid; one of a process only is mapped into it,
// and hides that in /proc/self but not here.
func emulator() string {
	if cpuid.CPU.HypervisorVendorID == cpuid.QEMU {
		return "qemu"
	}
	text, err := os.ReadFile("/proc/thread-self/maps")
	if err == nil && strings.Contains(string(text), "/qemu-") {
		return "qemu"
	}
	return ""
}

// setNames returns the names of the sets of kernels that this CPU can run.
func setNames() []string {
	var names []string
	for _, s := range simd.Available() {
		names = append(names, s.Name)
	}
	return names
}

// noteConditions notes what this process may not use.
func (r *run) noteConditions() {
	c := r.Conditions
	if c.Emulator != "" {
		r.note("The instructions are interpreted by %s: no figure here is a measurement of a CPU.", c.Emulator)
	}
	of := "figures of all cores are of these"
	if c.Cores == 1 {
		of = "there are no figures of several"
	}
	if c.Cores < r.Identity.LogicalCPUs || c.Cores < c.GOMAXPROCS {
		r.note("The process may use %d of the %d CPUs (%s): %s.", c.Cores, r.Identity.LogicalCPUs, limits(c), of)
	} else if c.Cores == 1 {
		r.note("This machine has one core: %s.", of)
	}
	if len(setNames()) == 1 {
		r.note("There is no assembly for this CPU in this program (%s): instructions are not measured one by one, and kernels have no predictions.", runtime.GOARCH)
	}
}

// noteShared notes how often the cores were shared, after all measurements.
func (r *run) noteShared() {
	if share := r.Conditions.Shared; share >= .1 && r.Rough == "" {
		without := ""
		if r.never > 0 {
			without = fmt.Sprintf("; %d of the measurements had none, and are their fastest sample", r.never)
		}
		r.note("In %.0f %% of the samples the cores were slower than at best, as they are while a guest of the host uses their other threads, or other threads interrupted them. Figures are of the other samples%s.", 100*share, without)
	}
}

// limits says what limits the number of cores.
func limits(c profile.Conditions) string {
	all := []string{fmt.Sprintf("GOMAXPROCS=%d", c.GOMAXPROCS)}
	if len(c.CPUs) > 0 {
		all = append(all, fmt.Sprintf("allowed CPUs %s", ranges(c.CPUs)))
	}
	if c.Quota > 0 {
		all = append(all, fmt.Sprintf("a quota of %.2g CPUs", c.Quota))
	}
	return join(all)
}

func join(all []string) string { return strings.Join(all, ", ") }

// ranges formats sorted numbers as taskset does: 0-3,7.
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		part := fmt.Sprint(numbers[i])
		if j > i {
			part += fmt.Sprintf("-%d", numbers[j])
		}
		parts, i = append(parts, part), j+1
	}
	return strings.Join(parts, ",")
}
