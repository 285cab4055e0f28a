package measure

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"runtime"
	"time"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchunit"

	"github.com/lossglass/lossglass/benchmarks/bench"
	"github.com/lossglass/lossglass/benchmarks/environment"
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
	// Skip are the patterns of the benchmarks in it that only one side has, for -test.skip there: all arms
	// run the same benchmarks, so that their turns are of the same ones.
	Skip       [2]string
	Binaries   [2][]*build.Binary
	Benchmarks []string      // names of the benchmarks in it, without exact results
	Startup    time.Duration // of a process that measures nothing
	Operation  time.Duration // sum of the times of one iteration of each benchmark
	Repetition time.Duration // of all benchmarks with one iteration each, and what precedes it
	Calm       time.Duration // Repetition without what it waited for a CPU
	// Alone says why the processes of the arms do not take turns, if they could: how they failed.
	Alone string
}

// A Key names a series of values.
type Key struct{ Package, Benchmark, Unit string }

// A Round is one measurement of all functions by all arms.
type Round struct {
	Number   int
	Seed     int // index of the layout of old and new
	NullSeed int // index of the layout of null
	Host     Host
	Values   []map[Key][]float64 // by arm; those of one process
	Exact    []map[Key]string    // by arm; exact results that are parts of the names, see bench.SplitExact
	// Paired names the benchmarks, with an empty unit, whose arms took turns: the values of the
	// same index were measured one right after the other.
	Paired map[Key]bool
	Cycles int // how often each arm had a turn, over all benchmarks

	switches int64
	running  time.Duration
}

// A Campaign measures rounds.
type Campaign struct {
	Functions []*Function
	Arms      []Program
	Seeds     int
	Plan      Plan
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
	r.Paired = map[Key]bool{}
	start, before := time.Now(), c.prober.probe()
	stealBefore, known := environment.Stolen()
	for _, f := range c.Functions {
		if err := c.measure(ctx, r, f); err != nil {
			return nil, err
		}
	}
	after := c.prober.probe()
	for i := range before {
		r.Host.Probes[i] = min(before[i], after[i])
	}
	if stealAfter, _ := environment.Stolen(); known {
		r.Host.Steal = (stealAfter - stealBefore) / (time.Since(start).Seconds() * float64(runtime.NumCPU()))
	}
	r.Host.Switches = float64(r.switches) / r.running.Seconds()
	c.done++
	return r, nil
}

// measure measures a function with all arms.
func (c *Campaign) measure(ctx context.Context, r *Round, f *Function) error {
	if c.Plan.Slices > 0 && f.Alone == "" {
		err := c.inTurns(ctx, r, f)
		if err == nil || ctx.Err() != nil || errors.Is(err, errHangs) {
			return err
		}
		// Some benchmarks need what two processes cannot have at once, such as a port. If this
		// one also fails alone, that error counts.
		f.Alone = err.Error()
	}
	for _, i := range c.Random.Perm(len(c.Arms)) {
		if err := c.alone(ctx, r, f, Arm(i)); err != nil {
			return err
		}
	}
	return nil
}

// alone runs one process of one arm and adds its values to the round.
func (c *Campaign) alone(ctx context.Context, r *Round, f *Function, arm Arm) error {
	program, benchtime := c.Arms[arm], c.Plan.Benchtime
	if c.Plan.Slices > 0 {
		benchtime *= time.Duration((c.Plan.Slices + Repetitions - 1) / Repetitions)
	}
	out, err := run(ctx, f.Binaries[program.Side][c.seed(r, arm)], f.Pattern, benchtime.String(), Repetitions, f.arguments(program)...)
	if err != nil {
		return c.failed(ctx, f, arm, err)
	}
	c.account(r, out)
	for _, result := range out.Results {
		c.add(r, arm, f, result)
	}
	return nil
}

// seed returns the layout of an arm in a round.
func (c *Campaign) seed(r *Round, arm Arm) int {
	if c.Arms[arm].OtherSeed {
		return r.NullSeed
	}
	return r.Seed
}

// arguments returns those of a program that runs the function.
func (f *Function) arguments(p Program) []string {
	if f.Skip[p.Side] == "" {
		return p.Arguments
	}
	return append([]string{"-test.skip=" + f.Skip[p.Side]}, p.Arguments...)
}

// account adds what a process says beside its results.
func (c *Campaign) account(r *Round, out *Output) {
	r.switches += out.Switches
	r.running += out.Elapsed
	maps.Copy(c.units, out.Units)
}

// add adds a result to the round.
func (c *Campaign) add(r *Round, arm Arm, f *Function, result *benchfmt.Result) {
	if c.OnResult != nil {
		c.OnResult(r, arm, f.Package, result)
	}
	name, exact := bench.SplitExact(result.Name.String())
	for unit, text := range exact {
		r.Exact[arm][Key{f.Package, name, unit}] = text
	}
	for _, v := range result.Values {
		_, unit := benchunit.Tidy(v.Value, v.Unit) // which benchfmt has done, but for zeros
		key := Key{f.Package, name, unit}
		r.Values[arm][key] = append(r.Values[arm][key], v.Value)
	}
}
