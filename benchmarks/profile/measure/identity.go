package measure

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/profile"
)

// identify returns what the CPU and the system say of themselves.
func identify() profile.Identity {
	c := cpuid.CPU
	id := profile.Identity{
		Vendor: c.VendorString, Name: c.BrandName, Family: c.Family, Model: c.Model, Stepping: c.Stepping,
		Microarchitecture: microarchitecture(c.VendorID, c.Family, c.Model),
		Features:          c.FeatureSet(),
		Hypervisor:        hypervisor(),
		CacheLine:         max(0, c.CacheLine),
		LogicalCPUs:       environment.CPUs(),
		ThreadsPerCore:    max(0, c.ThreadsPerCore),
		NUMANodes:         count("/sys/devices/system/node/node[0-9]*"),
		HugePages:         hugePageMode(),
		Fingerprint:       environment.Fingerprint(),
	}
	for level, bytes := range map[int]int{1: c.Cache.L1D, 2: c.Cache.L2, 3: c.Cache.L3} {
		if bytes > 0 {
			id.Caches = append(id.Caches, profile.Cache{Level: level, Bytes: int64(bytes)})
		}
	}
	slices.SortFunc(id.Caches, func(a, b profile.Cache) int { return a.Level - b.Level })
	slices.Sort(id.Features)
	return id
}

func hypervisor() string {
	if !cpuid.CPU.Supports(cpuid.HYPERVISOR) {
		return ""
	}
	if name := strings.TrimSpace(cpuid.CPU.HypervisorVendorString); name != "" {
		return name
	}
	return "of unknown name"
}

// count returns the number of files that match a pattern.
func count(pattern string) int {
	names, _ := filepath.Glob(pattern) // the pattern is valid
	return len(names)
}

var chosen = regexp.MustCompile(`\[(\w+)\]`)

// hugePageMode returns which of the modes of transparent huge pages Linux has chosen.
func hugePageMode() string {
	text, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled") // "always [madvise] never"
	if m := chosen.FindSubmatch(text); err == nil && m != nil {
		return string(m[1])
	}
	return ""
}
