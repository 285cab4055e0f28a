package measure

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/crash"
)

// A Job is what a Measurer times.
type Job struct {
	Name string // of what a round is, for messages and for tests

	// Run executes rounds of the job. If several cores run it at once, each has its number.
	Run func(core, rounds int)

	// Calls, if not nil, are a round, instead of Run: they are made in this order, on one core.
	Calls []func()

	// Prepare, if not nil, runs before the samples of each visit, and Before before each
	// sample. They are not timed.
	Prepare, Before func()

	// Rounds is the number of rounds of a sample, for jobs whose rounds differ. If it is 0, the
	// measurer takes as many as its time for a sample needs.
	Rounds int
}

// A Timing is what a round takes.
type Timing struct {
	Seconds float64 // if several cores run rounds at once, of the slowest
	Cycles  float64 // by the clock beside each sample

	// Samples is how many there were, and Alone in how many of them the cores were not shared and
	// nothing interrupted them. Undisturbed is the share of Seconds that comes from these.
	Samples, Alone int
	Undisturbed    float64
	// Switches is how often another thread interrupted the samples, which took Busy seconds.
	Switches, Busy float64
}

// disturbed is the share of a time that may come from samples on shared cores before the whole
// is called disturbed.
const disturbed = 0.1

// IsDisturbed reports whether the time is longer than what the cores need, as far as is known:
// no samples show that something they were not disturbed in took less.
func (t Timing) IsDisturbed() bool { return t.Undisturbed < 1-disturbed }

// Hertz returns the clock.
func (t Timing) Hertz() float64 { return t.Cycles / t.Seconds }

// A Measurer times jobs, each on so many cores. Tests replace the one that uses a clock.
type Measurer interface {
	Measure(ctx context.Context, cores int, jobs ...Job) ([]Timing, error)
}

// A Stopwatch measures with the system's clock.
//
// A virtual CPU may be one thread of a core whose other thread belongs to another guest. While
// that one runs, everything but a chain of dependent instructions is slower, for milliseconds
// to seconds, and what is measured then says little of the CPU. The system does not say when.
// So a short loop of instructions that do nothing, the gate, runs before and after each sample:
// it fills the front end, and is as fast as ever only on a core that is not shared. A sample that
// another thread interrupted, or that the control group stopped, does not count either. The
// stopwatch visits the jobs in turns until each has enough samples alone, or the time is up; a
// job that has any is measured by these, another one by its fastest sample.
//
// A chain of dependent additions, one a cycle, gives the clock before and after each sample.
type Stopwatch struct {
	Sample   time.Duration // about the time of a sample
	Visits   int           // of each job, at least
	Enough   int           // samples of a job alone, after which it is not visited again
	PerJob   time.Duration // for which the jobs are visited on average, but for the first visits
	PerCalls time.Duration // the same for jobs of Calls

	gates map[int]*gates // by the number of cores
}

// Measure implements Measurer, on a thread of its own.
func (s *Stopwatch) Measure(ctx context.Context, cores int, jobs ...Job) (timings []Timing, err error) {
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		defer crash.Catch(&err)
		timings, err = s.measure(ctx, cores, jobs)
	}()
	<-finished
	return timings, err
}

func (s *Stopwatch) measure(ctx context.Context, cores int, jobs []Job) ([]Timing, error) {
	if s.gates[cores] == nil {
		if s.gates == nil {
			s.gates = map[int]*gates{}
		}
		s.gates[cores] = &gates{}
	}
	team := newTeam(cores, s.Sample, s.gates[cores])
	defer team.end()
	trials := make([]*trial, len(jobs))
	start, allowed := time.Now(), s.allowed(jobs)
	for visit := 0; visit < s.Visits || time.Since(start) < allowed; visit++ {
		open := false
		for i, j := range jobs {
			if trials[i] != nil && trials[i].isDone(s.Enough) {
				continue
			}
			open = true
			if j.Prepare != nil {
				j.Prepare()
			}
			if trials[i] == nil {
				trials[i] = newTrial(team, j, s.Sample)
			}
			// Another sample follows one that was alone: the next may be, too.
			for again := true; again && !trials[i].isDone(s.Enough); {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				again = trials[i].sample(team, j, s.Enough)
			}
		}
		if !open {
			break
		}
	}
	timings := make([]Timing, len(jobs))
	for i, t := range trials {
		if timings[i] = t.timing(team.gates.best()); !(timings[i].Seconds > 0 && timings[i].Cycles > 0) {
			return nil, fmt.Errorf("%s: the system's clock did not advance", jobs[i].Name)
		}
	}
	return timings, nil
}

// allowed returns for how long jobs may be visited.
func (s *Stopwatch) allowed(jobs []Job) (sum time.Duration) {
	for _, j := range jobs {
		if j.Calls != nil {
			sum += s.PerCalls
		} else {
			sum += s.PerJob
		}
	}
	return sum
}

// A trial is the samples of a job. A round of many calls has parts, which are timed one by
// one: a part is short enough to find the core alone as a whole, the round may not be.
type trial struct {
	parts    []func(core int)
	rounds   int // in a part
	samples  [][]reading
	alone    []int // samples of each part that seemed to be alone
	switches float64
}

// newTrial plans the samples of a job.
func newTrial(team *team, j Job, atLeast time.Duration) *trial {
	t := &trial{rounds: j.Rounds}
	run := j.Run
	if j.Calls != nil {
		run = func(_, rounds int) {
			for range rounds {
				makeAll(j.Calls)
			}
		}
	}
	if t.rounds == 0 {
		t.rounds = rounds(atLeast, func(n int) float64 { return team.run(func(core int) { run(core, n) }).seconds })
	}
	t.parts = []func(int){func(core int) { run(core, t.rounds) }}
	if j.Calls != nil && t.rounds == 1 {
		whole := team.run(t.parts[0]).seconds
		n := max(1, min(len(j.Calls), int(whole/atLeast.Seconds())))
		t.parts = nil
		for part := range n {
			calls := j.Calls[part*len(j.Calls)/n : (part+1)*len(j.Calls)/n]
			t.parts = append(t.parts, func(int) { makeAll(calls) })
		}
	}
	t.samples, t.alone = make([][]reading, len(t.parts)), make([]int, len(t.parts))
	return t
}

// needs returns how many samples alone each part needs, if one part alone needs so many. What
// the samples of many parts are wrong by is less than what those of one are.
func (t *trial) needs(enough int) int { return max(min(2, enough), enough/len(t.parts)) }

// isDone reports whether each part has its samples.
func (t *trial) isDone(enough int) bool { return slices.Min(t.alone) >= t.needs(enough) }

func makeAll(calls []func()) {
	for _, call := range calls {
		call()
	}
}

// sample times each part once that has not enough samples, and reports whether the cores seem to
// have been alone. The part before one is made again, so that the caches are as ever.
func (t *trial) sample(team *team, j Job, enough int) bool {
	if j.Before != nil {
		j.Before()
	}
	before := team.switches()
	alone, made := true, -1
	for i, part := range t.parts {
		if t.alone[i] >= t.needs(enough) {
			continue
		}
		if i > 0 && made != i-1 {
			t.parts[i-1](0)
		}
		r := team.run(part)
		made = i
		t.samples[i] = append(t.samples[i], r)
		if r.isAlone(team.gates.best()) {
			t.alone[i]++
		} else {
			alone = false
		}
	}
	t.switches += team.switches() - before
	return alone
}

// timing returns what a round takes: the sum of its parts.
func (t *trial) timing(gate float64) Timing {
	all := Timing{Switches: t.switches}
	for _, samples := range t.samples {
		seconds, cycles, alone := summarize(samples, gate)
		all.Seconds += seconds / float64(t.rounds)
		all.Cycles += cycles / float64(t.rounds)
		all.Samples += len(samples)
		if all.Alone += alone; alone > 0 {
			all.Undisturbed += seconds / float64(t.rounds)
		}
		for _, r := range samples {
			all.Busy += r.seconds
		}
	}
	all.Undisturbed /= all.Seconds
	return all
}

// summarize returns what the samples of one part say: the lower quartile of those that were
// alone, and without any the fastest. The fastest of all would be one beside which the clock
// was read wrong.
func summarize(samples []reading, gate float64) (seconds, cycles float64, alone int) {
	var s, c []float64
	highest := 0.
	for _, r := range samples {
		highest = max(highest, r.hertz())
	}
	for _, r := range samples {
		if r.isAlone(gate) && r.hertz() >= steady*highest {
			s, c = append(s, r.seconds), append(c, r.seconds*r.hertz())
		}
	}
	if alone = len(s); alone > 0 {
		slices.Sort(s)
		slices.Sort(c)
		return s[(alone-1)/4], c[(alone-1)/4], alone
	}
	seconds, cycles = math.Inf(1), math.Inf(1)
	for _, r := range samples {
		seconds = min(seconds, r.seconds)
		if r.hertz() >= steady*highest {
			cycles = min(cycles, r.seconds*r.hertz())
		}
	}
	return seconds, cycles, 0
}

// steady is the share of the highest clock of a job below which a sample does not count for its
// cycles: what shares the core can slow down even a chain.
const steady = 0.98

// A reading is the time of a sample, and what was read before and after it: the clock, and the
// cycles of the gate.
type reading struct {
	seconds float64
	clocks  [2]float64
	gate    float64 // the slower one of the slowest core

	interrupted bool // another thread, or nothing, ran on a core meanwhile
}

// hertz returns the higher clock: an interruption makes a clock look slow, and a sample beside
// it would seem to need fewer cycles than it does.
func (r reading) hertz() float64 { return max(r.clocks[0], r.clocks[1]) }

// isAlone reports whether the sample was not interrupted and the gates were about as fast as the best ones. Clock and gate are read
// within some microseconds, to 2 or 3 % each; another thread that works on the core makes the
// gate slower by a tenth to a half.
func (r reading) isAlone(best float64) bool { return !r.interrupted && r.gate <= 1.06*best }

// gates are readings of the gate, in cycles.
type gates struct{ fast []float64 }

// trust is how many readings must agree before the fastest of them is believed.
const trust = 5

// add adds a reading. Only the fastest are kept.
func (g *gates) add(cycles float64) {
	if i, _ := slices.BinarySearch(g.fast, cycles); i < 200 {
		g.fast = slices.Insert(g.fast, i, cycles)
		g.fast = g.fast[:min(len(g.fast), 200)]
	}
}

// best returns the fastest reading that some others confirm within a hundredth. A single one is
// faster than that if the clock beside it was read wrong. It is 0 before there are as many.
func (g *gates) best() float64 {
	for i := range g.fast {
		if i+trust <= len(g.fast) && g.fast[i+trust-1] <= 1.01*g.fast[i] {
			return g.fast[i]
		}
	}
	return 0
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
