package measure

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/regress/build"
)

// An Arm is one of the three things that each round measures.
type Arm int

// The arms. Null is the old side once more, linked with another seed.
const (
	Old Arm = iota
	New
	Null
	arms
)

func (a Arm) String() string { return [...]string{"old", "new", "null"}[a] }

// Repetitions is how often a process measures each benchmark. Two are needed to tell the
// variation inside a process from that between processes.
const Repetitions = 2

// A Function is a benchmark function that both sides have, with its binaries on each side,
// one for each seed of the layout.
type Function struct {
	Package, Name string
	Pattern       string // of the benchmarks in it
	Binaries      [2][]*build.Binary
	Benchmarks    int           // how many benchmarks it has
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
	Values   [arms]map[Key][]float64 // Repetitions values each
}

// A Campaign measures rounds.
type Campaign struct {
	Functions []*Function
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
	for arm := range r.Values {
		r.Values[arm] = map[Key][]float64{}
	}
	start, before := time.Now(), c.prober.probe()
	stealBefore, known := stolen()
	var switches int64
	var running time.Duration
	for _, f := range c.Functions {
		for _, i := range c.Random.Perm(int(arms)) {
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
	side, seed := Old, r.Seed
	if arm == New {
		side = New
	}
	if arm == Null {
		seed = r.NullSeed
	}
	out, err := run(ctx, f.Binaries[side][seed], f.Pattern, c.Benchtime.String(), Repetitions)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%s on the %s side: %w", f.Package, side, err)
	}
	for k, v := range out.Units {
		c.units[k] = v
	}
	for _, result := range out.Results {
		if c.OnResult != nil {
			c.OnResult(r, arm, f.Package, result)
		}
		for _, v := range result.Values {
			key := Key{f.Package, result.Name.String(), v.Unit}
			r.Values[arm][key] = append(r.Values[arm][key], v.Value)
		}
	}
	return out, nil
}

// Discover lists the benchmark functions of a package that match the pattern, and runs
// each once on both sides, one iteration of each benchmark. Benchmarks that only one side
// has are returned by name. binaries are those of the old and the new side, each by seed.
func Discover(ctx context.Context, pkg string, pattern *build.Pattern, binaries [2][]*build.Binary) (functions []*Function, only [2][]string, err error) {
	var names [2][]string
	for side := range names {
		if names[side], err = list(ctx, binaries[side][0]); err != nil {
			return nil, only, fmt.Errorf("%s on the %s side: %w", pkg, Arm(side), err)
		}
	}
	for _, name := range union(names) {
		part := pattern.Only(name)
		if part == "" {
			continue
		}
		f := &Function{Package: pkg, Name: name, Pattern: part, Binaries: binaries}
		var benchmarks [2][]string
		for side := range benchmarks {
			if !slices.Contains(names[side], name) {
				continue
			}
			out, err := run(ctx, binaries[side][0], part, "1x", 1)
			if err != nil {
				if ctx.Err() != nil {
					return nil, only, err
				}
				return nil, only, fmt.Errorf("%s on the %s side: %w", pkg, Arm(side), err)
			}
			f.account(out)
			for _, r := range out.Results {
				benchmarks[side] = append(benchmarks[side], r.Name.String())
			}
		}
		for side := range only {
			for _, b := range benchmarks[side] {
				if !slices.Contains(benchmarks[1-side], b) {
					only[side] = append(only[side], pkg+"."+b)
				} else if side == 0 {
					f.Benchmarks++
				}
			}
		}
		if f.Benchmarks > 0 {
			functions = append(functions, f)
		}
	}
	return functions, only, nil
}

// account estimates the cost of a process from one with a single iteration of each benchmark.
func (f *Function) account(out *Output) {
	var operation float64
	for _, r := range out.Results {
		v, _ := r.Value("sec/op")
		operation += v
	}
	f.Operation = max(f.Operation, time.Duration(operation*float64(time.Second)))
	f.Startup = max(f.Startup, out.Elapsed-time.Duration(operation*float64(time.Second)))
}

func union(names [2][]string) []string {
	all := slices.Concat(names[0], names[1])
	slices.Sort(all)
	return slices.Compact(all)
}

// Benchtimes between which Plan chooses.
const (
	shortest = 2 * time.Millisecond
	longest  = 100 * time.Millisecond
)

// Plan returns how long each benchmark should run in a process so that about the wanted
// number of rounds fit into the budget, and how many rounds will.
func Plan(functions []*Function, budget time.Duration, wanted int) (benchtime time.Duration, rounds int) {
	var fixed, operations time.Duration
	benchmarks := 0
	for _, f := range functions {
		fixed += f.Startup
		operations += f.Operation
		benchmarks += f.Benchmarks
	}
	perArm := budget / time.Duration(wanted*int(arms))
	// Package testing needs about half as long again to find the number of iterations.
	each := float64(perArm-fixed) / (1.5 * Repetitions * float64(max(1, benchmarks)))
	benchtime = min(max(time.Duration(each), shortest), longest).Round(time.Millisecond)
	measured := max(time.Duration(1.5*float64(benchtime)*float64(benchmarks)), 2*operations)
	return benchtime, int(budget / (time.Duration(arms) * (fixed + Repetitions*measured)))
}

// RoundText formats the keys that tell results of different rounds apart.
func (r *Round) RoundText() (round, seed string) {
	return strconv.Itoa(r.Number), strconv.Itoa(r.Seed + 1)
}
