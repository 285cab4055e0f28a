package predict

import (
	"cmp"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/pipeline"
	"github.com/lossglass/lossglass/simd/emulate"
)

// Where these are not known: the ways of a cache, and the jumps by which one is predicted.
const (
	usualWays    = 8
	usualHistory = 64
)

// newCore returns the core that a profile describes, and the names of the levels of its memory;
// nil if something was not measured.
func newCore(p *profile.Profile, width float64) (*pipeline.Core, []string) {
	c := &pipeline.Core{Width: width, Window: p.Core.Window, Stores: p.Core.Stores, Results: p.Core.Results, Queue: p.Core.Queue, Forward: p.Core.Forward, Crossing: p.Core.Crossing,
		StoreBeside: pipeline.Use{Resource: slices.Index(Resources, FMAPipes), Cycles: p.Core.StoreAmong}, StoreResult: p.Core.StoreResult,
		History: cmp.Or(p.Core.History, usualHistory), Mispredict: p.Core.Mispredict, Call: p.Core.Call, Resources: len(Resources)}
	if c.Window == 0 {
		c.Window = p.Core.PublishedWindow
	}
	if c.Stores == 0 {
		c.Stores = c.Window / 4
	}
	c.Results, c.Queue = cmp.Or(c.Results, c.Window), cmp.Or(c.Queue, c.Window)
	caches := effective(p)
	if c.Window == 0 || c.Stores == 0 || width == 0 || len(caches) == 0 {
		return nil, nil
	}
	hertz := median(p.Clock, func(c profile.Clock) (float64, bool) { return c.Hertz, true })
	var names []string
	least := int64(0)
	for _, cache := range append(caches, profile.Cache{}) {
		most := cache.Bytes * 3 / 4
		if cache.Bytes == 0 {
			most = 1 << 62
		}
		inside := func(bytes int64) bool { return bytes >= 2*least && bytes <= most }
		line := func(operation string) float64 {
			rate := median(p.Memory.Bandwidth, func(b profile.Bandwidth) (float64, bool) {
				return b.Rate, b.Cores == 1 && b.Operation == operation && inside(b.Bytes)
			})
			return pipeline.Line * hertz / max(rate, 1)
		}
		level := pipeline.Level{Bytes: cache.Bytes, Ways: cmp.Or(cache.Ways, usualWays), Line: line("read"), Store: line("write"),
			Latency: median(p.Memory.Latency, func(l profile.Latency) (float64, bool) { return l.Cycles, l.HugePages == hasHuge(p) && inside(l.Bytes) })}
		if level.Latency == 0 || level.Line > 1000 || level.Store > 1000 {
			return nil, nil // no working set of the curves is inside of the level
		}
		c.Levels = append(c.Levels, level)
		names = append(names, kernelpoints.LevelName(cache.Level))
		least = cache.Bytes
	}
	return c, names
}

// effective returns the caches that the CPU reports, the last one no larger than the curves show it:
// a guest has a part of a cache that all cores share. The others belong to one core, and kernels are
// measured while nothing else works on it, which cannot be said of the whole of a curve.
func effective(p *profile.Profile) []profile.Cache {
	caches := slices.Clone(kernelpoints.Caches(p))
	if len(caches) == 0 {
		return nil
	}
	last := &caches[len(caches)-1]
	for _, shown := range p.Memory.Detected {
		if shown.Level == last.Level {
			last.Bytes = min(last.Bytes, shown.Bytes)
		}
	}
	return caches
}

// hasHuge reports whether the latencies were measured with huge pages, too.
func hasHuge(p *profile.Profile) bool {
	return slices.ContainsFunc(p.Memory.Latency, func(l profile.Latency) bool { return l.HugePages })
}

// median returns the upper median of those values that count, 0 if there are none.
func median[T any](all []T, value func(T) (v float64, counts bool)) float64 {
	var values []float64
	for _, x := range all {
		if v, counts := value(x); counts {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// ops returns what each step takes of the core.
func (m *machine) ops(steps []emulate.Step) []pipeline.Op {
	ops := make([]pipeline.Op, len(steps))
	for i, s := range steps {
		op := &ops[i]
		op.Fused, op.Bytes, op.Latency = isFused(steps, i), accessed(s), m.latency(s)
		all, _ := m.uses(s)
		for _, u := range all {
			use := pipeline.Use{Resource: slices.Index(Resources, u.resource), Cycles: u.cycles}
			switch u.resource {
			case Loads:
				op.Load = use
			case Stores:
				op.Store = use
			default:
				op.Work = use
			}
		}
	}
	return ops
}

// accessed returns how many bytes an instruction loads or stores: as the emulator saw it do, and at least one number,
// also if a mask disabled all.
func accessed(s emulate.Step) int {
	const number = 4
	return max(s.Accessed, number)
}
