package measure

import (
	"fmt"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/benchmarks/profile"
)

// models are ranges of models with the name of their microarchitecture, for the vendors and
// families that are known. The first range with the model counts.
var models = []struct {
	vendor      cpuid.Vendor
	family      int
	first, last int
	name        string
}{
	{cpuid.AMD, 0x17, 0x00, 0x2f, "Zen"}, {cpuid.AMD, 0x17, 0x30, 0xff, "Zen 2"},
	{cpuid.AMD, 0x19, 0x00, 0x0f, "Zen 3"}, {cpuid.AMD, 0x19, 0x20, 0x5f, "Zen 3"},
	{cpuid.AMD, 0x19, 0x10, 0x1f, "Zen 4"}, {cpuid.AMD, 0x19, 0x60, 0xaf, "Zen 4"},
	{cpuid.AMD, 0x1a, 0x00, 0x1f, "Zen 5"}, {cpuid.AMD, 0x1a, 0x40, 0x4f, "Zen 5"},
	{cpuid.Intel, 6, 0x3c, 0x3c, "Haswell"}, {cpuid.Intel, 6, 0x3f, 0x3f, "Haswell"}, {cpuid.Intel, 6, 0x45, 0x46, "Haswell"},
	{cpuid.Intel, 6, 0x3d, 0x3d, "Broadwell"}, {cpuid.Intel, 6, 0x47, 0x47, "Broadwell"}, {cpuid.Intel, 6, 0x4f, 0x4f, "Broadwell"}, {cpuid.Intel, 6, 0x56, 0x56, "Broadwell"},
	{cpuid.Intel, 6, 0x4e, 0x4e, "Skylake"}, {cpuid.Intel, 6, 0x5e, 0x5e, "Skylake"}, {cpuid.Intel, 6, 0x8e, 0x8e, "Skylake"}, {cpuid.Intel, 6, 0x9e, 0x9e, "Skylake"},
	{cpuid.Intel, 6, 0x55, 0x55, "Skylake-SP"},
	{cpuid.Intel, 6, 0x6a, 0x6a, "Ice Lake-SP"}, {cpuid.Intel, 6, 0x6c, 0x6c, "Ice Lake-SP"},
	{cpuid.Intel, 6, 0x8f, 0x8f, "Sapphire Rapids"}, {cpuid.Intel, 6, 0xcf, 0xcf, "Emerald Rapids"},
}

// microarchitecture returns the name of a CPU's microarchitecture, or "" if it is not known.
func microarchitecture(vendor cpuid.Vendor, family, model int) string {
	for _, m := range models {
		if m.vendor == vendor && m.family == family && m.first <= model && model <= m.last {
			return m.name
		}
	}
	return ""
}

// published are the highest numbers of instructions a cycle: of floating-point operations,
// loads and stores by the bits of their operands, up to which the number is the same, and of
// NOPs. They are those of the manufacturers' optimisation guides (AMD 56305, 56665, 57647,
// 58455; Intel 248966) and of uops.info.
var published = map[string]map[string]map[int]float64{
	"Zen 2":           {"arithmetic": {256: 2}, "load": {256: 2}, "store": {256: 1}, "nop": {0: 6}},
	"Zen 3":           {"arithmetic": {256: 2}, "load": {64: 3, 256: 2}, "store": {64: 2, 256: 1}, "nop": {0: 6}},
	"Zen 4":           {"arithmetic": {256: 2, 512: 1}, "load": {64: 3, 256: 2, 512: 1}, "store": {64: 2, 256: 1, 512: 0.5}, "nop": {0: 6}},
	"Zen 5":           {"arithmetic": {512: 2}, "load": {64: 4, 512: 2}, "store": {256: 2, 512: 1}, "nop": {0: 8}},
	"Haswell":         {"arithmetic": {256: 2}, "load": {256: 2}, "store": {256: 1}, "nop": {0: 4}},
	"Broadwell":       {"arithmetic": {256: 2}, "load": {256: 2}, "store": {256: 1}, "nop": {0: 4}},
	"Skylake":         {"arithmetic": {256: 2}, "load": {256: 2}, "store": {256: 1}, "nop": {0: 4}},
	"Skylake-SP":      {"arithmetic": {512: 2}, "load": {512: 2}, "store": {512: 1}, "nop": {0: 4}},
	"Ice Lake-SP":     {"arithmetic": {512: 2}, "load": {512: 2}, "store": {256: 2, 512: 1}, "nop": {0: 5}},
	"Sapphire Rapids": {"arithmetic": {512: 2}, "load": {256: 3, 512: 2}, "store": {256: 2, 512: 1}, "nop": {0: 6}},
	"Emerald Rapids":  {"arithmetic": {512: 2}, "load": {256: 3, 512: 2}, "store": {256: 2, 512: 1}, "nop": {0: 6}},
}

// queues are the published numbers of instructions, and of stores, that are inside of a core at
// once, from the same guides.
var queues = map[string]struct{ window, stores int }{
	"Zen 2": {224, 48}, "Zen 3": {256, 64}, "Zen 4": {320, 64}, "Zen 5": {448, 104},
	"Haswell": {192, 42}, "Broadwell": {192, 42}, "Skylake": {224, 56}, "Skylake-SP": {224, 56},
	"Ice Lake-SP": {352, 72}, "Sapphire Rapids": {512, 112}, "Emerald Rapids": {512, 112},
}

// bound returns the published number of instructions a cycle, 0 if it is not known.
func bound(architecture, operation string, bits int) float64 {
	switch operation {
	case "fma", "add", "mul":
		operation = "arithmetic"
	}
	least, value := 0, 0.0
	for width, rate := range published[architecture][operation] {
		if bits <= width && (value == 0 || width < least) {
			least, value = width, rate
		}
	}
	return value
}

// tolerance is how far a measurement may be above a bound: the error of the clock.
const tolerance = 0.03

// An ImpossibleError says that a peak is above what the microarchitecture can do, so that
// the clock or the probe must be wrong.
type ImpossibleError struct {
	Peak              profile.Peak
	Microarchitecture string
}

func (e *ImpossibleError) Error() string {
	return fmt.Sprintf("%s: %.3f a cycle were measured, and %s can do %g: the clock or the probe is wrong; try again on an idle machine",
		e.Peak, e.Peak.PerCycle, e.Microarchitecture, e.Peak.Bound)
}

// check returns an error if a peak is above its bound.
func check(p profile.Peak, architecture string) error {
	if p.Bound > 0 && p.PerCycle > p.Bound*(1+tolerance) {
		return &ImpossibleError{p, architecture}
	}
	return nil
}
