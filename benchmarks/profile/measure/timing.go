package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lossglass/lossglass/simd/asmcheck"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

// A Job is what a Measurer times.
type Job struct {
	Name string // of what a round is, for messages and for tests

	// Run executes rounds of the job. If several cores run it at once, each has its number.
	Run func(core, rounds int)

	// Before, if not nil, runs before each sample and is not timed.
	Before func()

	// Rounds is the number of rounds of a sample, for jobs whose rounds differ. If it is 0, the
	// measurer takes as many as its time for a sample needs.
	Rounds int
}

// A Timing is the time of a round, and the clock of the core at that time.
type Timing struct {
	Seconds float64 // if several cores run rounds at once, of the slowest
	Hertz   float64
}

// Cycles returns the time of a round in cycles.
func (t Timing) Cycles() float64 { return t.Seconds * t.Hertz }

// A Measurer times jobs. Tests replace the one that uses a clock.
type Measurer interface {
	Measure(ctx context.Context, j Job, cores int) (Timing, error)
}

// A Stopwatch measures with the system's clock. Of many short samples it takes the fastest,
// since whatever else runs on the machine makes samples slower and never faster. A chain of
// dependent additions, one a cycle, runs before each sample and gives the clock.
type Stopwatch struct {
	Sample  time.Duration // about the time of a sample
	Samples int
	Longest time.Duration // of all samples of a job, after which there are at least fewestSamples
}

const fewestSamples = 3

// Measure implements Measurer.
func (s Stopwatch) Measure(ctx context.Context, j Job, cores int) (Timing, error) {
	clock := newClock()
	chainRounds := rounds(s.Sample/4, func(n int) float64 { return clock.run(n) })
	n := j.Rounds
	if n == 0 {
		n = rounds(s.Sample, func(n int) float64 { return together(j, cores, n) })
	}
	chain, best := math.Inf(1), math.Inf(1)
	start := time.Now()
	for i := range s.Samples {
		if err := ctx.Err(); err != nil {
			return Timing{}, err
		}
		if i >= fewestSamples && time.Since(start) > s.Longest {
			break
		}
		chain = min(chain, clock.run(chainRounds)/float64(chainRounds))
		if j.Before != nil {
			j.Before()
		}
		best = min(best, together(j, cores, n)/float64(n))
	}
	if !(best > 0 && chain > 0) {
		return Timing{}, fmt.Errorf("%s: the system's clock did not advance", j.Name)
	}
	return Timing{best, clock.adds / chain}, nil
}

// rounds returns how many rounds take at least that time.
func rounds(atLeast time.Duration, run func(rounds int) float64) int {
	// The least of several, because an interruption looks like a long measurement.
	takes := func(n int) bool {
		for range 3 {
			if run(n) < atLeast.Seconds() {
				return false
			}
		}
		return true
	}
	n := 1
	if run(n) > 100*atLeast.Seconds() {
		return n // too long for an interruption, and for a second run
	}
	for !takes(n) && n < math.MaxInt/2 {
		n *= 2
	}
	return n
}

// together runs the rounds on so many cores at once and returns the seconds from the first
// start until the last end.
func together(j Job, cores, rounds int) float64 {
	if cores == 1 {
		start := time.Now()
		j.Run(0, rounds)
		return time.Since(start).Seconds()
	}
	var finished sync.WaitGroup
	var ready atomic.Int64
	starts, ends := make([]time.Time, cores), make([]time.Time, cores)
	for core := range cores {
		finished.Go(func() {
			pin(core) // the thread ends with this goroutine, which does not unlock it
			ready.Add(1)
			for ready.Load() < int64(cores) { // without a call of the scheduler, which would delay the start
			}
			starts[core] = time.Now()
			j.Run(core, rounds)
			ends[core] = time.Now()
		})
	}
	finished.Wait()
	first := slices.MinFunc(starts, time.Time.Compare)
	last := slices.MaxFunc(ends, time.Time.Compare)
	return last.Sub(first).Seconds()
}

// A clock is a chain of dependent additions. Every CPU that is known adds two registers in
// one cycle.
type clock struct {
	chain instruction.Loop
	adds  float64 // of a round
	area  []byte
}

// chainForms are the forms of the addition of two general registers.
var chainForms = []string{"ADDQ r, r", "ADD r, r, r"}

func newClock() clock {
	area := alignedBytes(instruction.Area)
	for _, form := range chainForms {
		if p, ok := probeOf(form); ok {
			return clock{p.Chain, float64(p.ChainCount), area}
		}
	}
	return clock{portableChain, portableAdds, area}
}

// run returns the seconds of so many rounds.
func (c clock) run(rounds int) float64 {
	start := time.Now()
	c.chain(rounds, c.area)
	return time.Since(start).Seconds()
}

// probeOf returns the probe of a form, if this CPU has one.
func probeOf(form string) (p instruction.Probe, ok bool) {
	for _, p := range instruction.Probes(setNames()...) {
		if p.Form == form {
			return p, true
		}
	}
	return p, false
}

// formOf returns the form of an instruction that is written in Go's assembler.
func formOf(text string) string {
	functions, err := asmcheck.Parse("TEXT ·F(SB), $0-0\n" + text)
	if err != nil {
		panic(err)
	}
	return functions[0].Body[0].Form()
}

// portableAdds is the number of additions of a round of portableChain.
const portableAdds = 8

// sink keeps the compiler from removing loops.
var sink atomic.Uint64

// portableChain is the chain where there is no assembly: each addition needs the result of
// the one before it, and the compiler cannot join them, since they alternate with another
// operation that depends on it. Two operations count as two additions.
func portableChain(rounds int, area []byte) {
	x, y := uint64(area[0]), uint64(area[1])|1
	for range rounds {
		x = (((x + y) ^ y) + y ^ y)
		x = (((x + y) ^ y) + y ^ y)
	}
	sink.Store(x)
}
