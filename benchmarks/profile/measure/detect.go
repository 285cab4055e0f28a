package measure

import (
	"fmt"
	"slices"

	"golang.org/x/perf/benchmath"

	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/profile"
)

// The rule of Detect: a plateau goes on while a point is at most flat times its median, and
// begins where a step of the curve rises by at most gentle. It is a level if it has at least
// fewest points and is at least higher times as slow as the level before.
const (
	flat   = 1.25
	gentle = 1.12
	higher = 2
	fewest = 3
)

// Detect returns the sizes of the caches that a latency curve shows, by working set
// ascending. A level is a plateau of the curve, and the last one is memory. A plateau begins
// where the latency has stopped rising (by at most 12 % from one working set to the next,
// which are a fourth of a doubling apart) and ends before the first working set whose latency
// is more than 1.25 times the plateau's median. Plateaus of fewer than three points are parts
// of a rise, and so is one that is less than twice as slow as the level before: beyond the
// reach of a table of addresses, for example, each load takes some cycles more.
//
// The size of a cache is the largest working set of which at least half of the loads are as
// fast as its level, so that the latency is at most half way to that of the next level. The
// end of the plateau is no measure: pages that the system placed at random fill some sets of
// a cache before others, and a rise is then as wide as the cache.
//
// A smaller working set is not slower than a larger one, and disturbances only make loads
// slower: each point counts as no slower than any after it.
func Detect(curve []profile.Latency) []profile.Cache {
	curve = slices.Clone(curve)
	for i := len(curve) - 2; i >= 0; i-- {
		curve[i].Cycles = min(curve[i].Cycles, curve[i+1].Cycles)
	}
	var levels []plateau
	for first := 0; first < len(curve); {
		last := first
		for last+1 < len(curve) && curve[last+1].Cycles <= flat*median(cycles(curve[first:last+1])) {
			last++
		}
		p := plateau{first, last, median(cycles(curve[first : last+1]))}
		if n := len(levels); p.last-p.first+1 >= fewest && (n == 0 || p.cycles >= higher*levels[n-1].cycles) {
			levels = append(levels, p)
		}
		first = last + 1
		for first+1 < len(curve) && curve[first+1].Cycles > gentle*curve[first].Cycles {
			first++
		}
	}
	var caches []profile.Cache
	for i := range max(1, len(levels)) - 1 {
		half := (levels[i].cycles + levels[i+1].cycles) / 2
		last := levels[i].last
		for curve[last+1].Cycles <= half {
			last++
		}
		caches = append(caches, profile.Cache{Level: i + 1, Bytes: curve[last].Bytes})
	}
	return caches
}

// A plateau is a part of a latency curve, by the indices of its first and last points.
type plateau struct {
	first, last int
	cycles      float64 // median
}

func cycles(points []profile.Latency) []float64 {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.Cycles
	}
	return values
}

// median returns the median of at least one value.
func median(values []float64) float64 {
	sample := benchmath.NewSample(append([]float64(nil), values...), &benchmath.DefaultThresholds) // which sorts its argument
	return benchmath.AssumeNothing.Summary(sample, 0.95).Center
}

// levels returns the bandwidth of each cache, and of memory as level 0: the median of the
// working sets that fill at least twice the cache before it, and at most three quarters of
// the cache itself. The last cache is shared by all cores, the others are not; memory is
// what is at least twice the last cache.
func levels(points []profile.Bandwidth, caches []profile.Cache) []profile.Level {
	var all []profile.Level
	if len(caches) == 0 {
		return nil
	}
	type curve struct {
		operation string
		cores     int
	}
	seen := map[curve]bool{}
	for _, p := range points {
		c := curve{p.Operation, p.Cores}
		if seen[c] {
			continue
		}
		seen[c] = true
		before := int64(0)
		for i := range len(caches) + 1 {
			level, most := 0, int64(1<<62)
			if i < len(caches) {
				level, most = caches[i].Level, caches[i].Bytes*3/4
			}
			var rates []float64
			for _, p := range points {
				last := i >= len(caches)-1
				size := p.Bytes
				if last {
					size *= int64(p.Cores)
				}
				if (curve{p.Operation, p.Cores}) == c && size >= 2*before && p.Bytes >= before && size <= most {
					rates = append(rates, p.Rate)
				}
			}
			if len(rates) > 0 {
				all = append(all, profile.Level{Level: level, Operation: c.operation, Cores: c.cores, Rate: median(rates)})
			}
			if i < len(caches) {
				before = caches[i].Bytes
			}
		}
	}
	return all
}

// compareCaches notes where the curve and the CPU say different sizes.
func (r *run) compareCaches(huge bool) {
	reported := map[int]int64{}
	for _, c := range r.Identity.Caches {
		reported[c.Level] = c.Bytes
	}
	const step = 1.20 // from one working set to the next
	for _, c := range r.Memory.Detected {
		want := reported[c.Level]
		ratio := float64(c.Bytes) / float64(want)
		if want == 0 && len(reported) == 0 {
			continue
		}
		if want == 0 {
			r.note("Level %d: the latency curve shows a step behind %s, the CPU reports no such cache. Something disturbed the curve, or a part of a shared cache is farther away.", c.Level, kibi(c.Bytes))
			continue
		}
		if ratio > 1/step && ratio < step {
			continue
		}
		why := "other programs, or other guests of this machine, use a shared cache too"
		switch {
		case ratio > 1:
			why = "the CPU replaces lines by a rule that keeps a part of a cycle that is too long"
		case !huge && c.Level == 2:
			why = "with ordinary pages, some sets of the cache get more lines than others"
		}
		r.note("Level %d: the latency curve shows %s, the CPU reports %s. Possible reason: %s.", c.Level, kibi(c.Bytes), kibi(want), why)
	}
	if len(r.Identity.Caches) > len(r.Memory.Detected) {
		r.note("The latency curve shows %d caches, the CPU reports %d.", len(r.Memory.Detected), len(r.Identity.Caches))
	}
}

// kibi formats bytes: 48 KiB, 1.5 MiB.
func kibi(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%.3g KiB", float64(bytes)/(1<<10))
	}
	if bytes < 1<<30 {
		return fmt.Sprintf("%.3g MiB", float64(bytes)/(1<<20))
	}
	return memory.Text(float64(bytes))
}
