package measure

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
			id.Caches = append(id.Caches, profile.Cache{Level: level, Bytes: int64(bytes), Ways: ways(os.DirFS(cacheFolder), level)})
		}
	}
	slices.SortFunc(id.Caches, func(a, b profile.Cache) int { return a.Level - b.Level })
	slices.Sort(id.Features)
	return id
}

// cacheFolder is where Linux describes the caches of the first CPU.
const cacheFolder = "/sys/devices/system/cpu/cpu0/cache"

// ways returns the number of ways of the cache for data of a level, 0 if the folder does not say.
func ways(folder fs.FS, level int) int {
	read := func(name string) string {
		text, _ := fs.ReadFile(folder, name) // what is not there is empty
		return strings.TrimSpace(string(text))
	}
	caches, _ := fs.Glob(folder, "index*") // the pattern is valid
	for _, c := range caches {
		if read(c+"/level") == strconv.Itoa(level) && read(c+"/type") != "Instruction" {
			n, _ := strconv.Atoi(read(c + "/ways_of_associativity"))
			return max(0, n)
		}
	}
	return 0
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
