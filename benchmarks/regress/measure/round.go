package measure

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"

	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/bench"
	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// An Arm is one of the things that each round measures: an index of Campaign.Arms.
type Arm int

// The arms of a comparison. Null is the old side once more, linked with another seed.
const (
	Old Arm = iota
	New
	Null
)

func (a Arm) String() string { return [...]string{"old", "new", "null"}[a] }

// A Program is what an arm runs.
type Program struct {
	Side      Arm      // Old or New: whose binaries
	OtherSeed bool     // linked with another seed than the other arms
	Arguments []string // of the test binary
}

// ComparisonArms are those of a comparison: old, new and null.
func ComparisonArms() []Program {
	return []Program{{Side: Old}, {Side: New}, {Side: Old, OtherSeed: true}}
}

// Repetitions is how often a process measures each benchmark. Two are needed to tell the
// variation inside a process from that between processes.
const Repetitions = 2

// A Function is a benchmark function that both sides have, with its binaries on each side,
// one for each seed of the layout.
type Function struct {
	Package, Name string
	Pattern       string // of the benchmarks in it
	Binaries      [2][]*build.Binary
	Benchmarks    []string      // names of the benchmarks in it, without exact results
	Startup       time.Duration // of a process that measures nothing
	Operation     time.Duration // sum of the times of one iteration of each benchmark
}

// A Key names a series of values.
type Key struct{ Package, Benchmark, Unit string }

// A Round is one measurement of all functions by all arms.
type Round struct {
	Number   int
	Seed     int // index of the layout of old and new
	NullSeed int // index of the layout of null
	Host     Host
	Values   []map[Key][]float64 // by arm; Repetitions values each
	Exact    []map[Key]string    // by arm; exact results that are parts of the names, see bench.SplitExact
}

// A Campaign measures rounds.
type Campaign struct {
	Functions []*Function
	Arms      []Program
	Seeds     int
	Benchtime time.Duration
	Random    *rand.Rand // of the orders

	// OnResult is called for each result of the arms, if it is not nil.
	OnResult func(round *Round, arm Arm, pkg string, result *benchfmt.Result)

	units  benchfmt.UnitMetadataMap
	prober *prober
	order  []int // of the seeds in this block
	done   int
}

// Units returns what the benchmarks have said about their units.
func (c *Campaign) Units() benchfmt.UnitMetadataMap { return c.units }

// Round measures the next round. Each block of as many rounds as there are seeds uses each
// seed once, in random order. The arms of a function run one right after the other, in
// random order, so that a machine that gets faster or slower favours none.
func (c *Campaign) Round(ctx context.Context) (*Round, error) {
	if c.prober == nil {
		c.prober = newProber()
		c.units = benchfmt.UnitMetadataMap{}
	}
	if c.done%c.Seeds == 0 {
		c.order = c.Random.Perm(c.Seeds)
	}
	r := &Round{Number: c.done, Seed: c.order[c.done%c.Seeds]}
	// One of the other seeds; with a single one there is no other.
	r.NullSeed = (r.Seed + 1 + c.Random.IntN(max(1, c.Seeds-1))) % c.Seeds
	for range c.Arms {
		r.Values, r.Exact = append(r.Values, map[Key][]float64{}), append(r.Exact, map[Key]string{})
	}
	start, before := time.Now(), c.prober.probe()
	stealBefore, known := stolen()
	var switches int64
	var running time.Duration
	for _, f := range c.Functions {
		for _, i := range c.Random.Perm(len(c.Arms)) {
			out, err := c.measure(ctx, r, f, Arm(i))
			if err != nil {
				return nil, err
			}
			switches += out.Switches
			running += out.Elapsed
		}
	}
	after := c.prober.probe()
	for i := range before {
		r.Host.Probes[i] = min(before[i], after[i])
	}
	if stealAfter, _ := stolen(); known {
		r.Host.Steal = (stealAfter - stealBefore) / (time.Since(start).Seconds() * float64(runtime.NumCPU()))
	}
	r.Host.Switches = float64(switches) / running.Seconds()
	c.done++
	return r, nil
}

// measure runs one process and adds its values to the round.
func (c *Campaign) measure(ctx context.Context, r *Round, f *Function, arm Arm) (*Output, error) {
	program, seed := c.Arms[arm], r.Seed
	if program.OtherSeed {
		seed = r.NullSeed
	}
	out, err := run(ctx, f.Binaries[program.Side][seed], f.Pattern, c.Benchtime.String(), Repetitions, program.Arguments...)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%s on the %s side: %w", f.Package, program.Side, err)
	}
	for k, v := range out.Units {
		c.units[k] = v
	}
	for _, result := range out.Results {
		if c.OnResult != nil {
			c.OnResult(r, arm, f.Package, result)
		}
		name, exact := bench.SplitExact(result.Name.String())
		for unit, text := range exact {
			r.Exact[arm][Key{f.Package, name, unit}] = text
		}
		for _, v := range result.Values {
			key := Key{f.Package, name, v.Unit}
			r.Values[arm][key] = append(r.Values[arm][key], v.Value)
		}
	}
	return out, nil
}
