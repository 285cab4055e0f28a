package kernelpoints

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/profile"
)

// FMAPeak is the name of the roof that is no bandwidth.
const FMAPeak = "FMA peak"

// LevelName returns the name of a level of the memory hierarchy.
func LevelName(level int) string {
	if level == 0 {
		return "memory"
	}
	return fmt.Sprintf("L%d", level)
}

// Caches returns the caches that the CPU reports or, if it reports none, those that the curves
// show. The bandwidths of the levels are those of the same caches.
func Caches(p *profile.Profile) []profile.Cache {
	if len(p.Identity.Caches) > 0 {
		return p.Identity.Caches
	}
	return p.Memory.Detected
}

// LevelOf returns the innermost level that holds so many bytes, 0 for memory.
func LevelOf(p *profile.Profile, bytes int64) int {
	for _, c := range Caches(p) {
		if bytes <= c.Bytes {
			return c.Level
		}
	}
	return 0
}

// Peak returns the FMA peak of one core in FLOP/s, 0 if it was not measured.
func Peak(p *profile.Profile, isa, element string) (rate float64) {
	for _, peak := range p.Peaks {
		if peak.ISA == isa && peak.Operation == "fma" && peak.Element == element && peak.Cores == 1 {
			rate = max(rate, peak.Rate)
		}
	}
	return rate
}

// Bandwidth returns the highest bandwidth of a level on one core in bytes/s, of those of its
// operations; 0 if it was not measured.
func Bandwidth(p *profile.Profile, level int) (rate float64) {
	for _, l := range p.Memory.Levels {
		if l.Level == level && l.Cores == 1 {
			rate = max(rate, l.Rate)
		}
	}
	return rate
}

// SetCeilings finds the roof that each kernel is nearest to: the FMA peak of its instruction
// set; the bandwidth of the first-level cache, for all bytes that its instructions move; and,
// if what the calls touch does not fit into that cache, the bandwidth of the level that holds
// it, for each byte once. Each roof allows the calls no less than some time, and the ceiling
// is the roof that allows the most.
func SetCeilings(p *profile.Profile) {
	for i := range p.Kernels {
		k := &p.Kernels[i]
		least := 0.0
		k.Binding, k.Ceiling, k.OfCeiling = "", 0, 0
		roof := func(name string, amount, rate float64) {
			if rate > 0 && amount/rate > least {
				least, k.Binding = amount/rate, name
			}
		}
		roof(FMAPeak, k.Flops, Peak(p, k.ISA, k.Element))
		roof(LevelName(1), k.Moved, Bandwidth(p, 1))
		if level := LevelOf(p, k.Working); level != 1 {
			roof(LevelName(level), float64(k.Working), Bandwidth(p, level))
		}
		if least > 0 {
			k.Ceiling = k.Flops / least
			if k.Seconds > 0 {
				k.OfCeiling = least / k.Seconds
			}
		}
	}
}
