package measure

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/lossglass/lossglass/simd/asmcheck"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

// A team is a thread on each of so many cores. The threads stay there: to bind a thread to
// another core interrupts it, and one that may move is measured on two cores.
type team struct {
	members                 []*member
	clockRounds, gateRounds int
	gates                   *gates
}

// A member is the thread of one core.
type member struct {
	core       int
	clock      clock
	gate       instruction.Loop
	work       chan func(m *member)
	done       chan struct{}
	start, end time.Time
	hertz      [2]float64 // before and after
	gated      [2]float64 // seconds of the gate
	switches   float64    // involuntary ones of the thread during samples
	last       float64    // those of the last sample
}

// newTeam makes the calling goroutine the first member, which must not unlock its thread, and
// starts the others. Readings of the clock take a fourth of a sample, and those of the gate an
// eighth.
func newTeam(cores int, sample time.Duration, gates *gates) *team {
	t := &team{gates: gates}
	for core := range cores {
		m := &member{core: core, clock: newClock(), gate: newGate(), work: make(chan func(*member)), done: make(chan struct{})}
		t.members = append(t.members, m)
		if core == 0 {
			pin(core)
			continue
		}
		go func() {
			pin(core) // the thread ends with this goroutine, which does not unlock it
			for f := range m.work {
				f(m)
				m.done <- struct{}{}
			}
		}()
	}
	first := t.members[0]
	t.clockRounds = rounds(sample/4, first.clock.run)
	t.gateRounds = rounds(sample/8, first.runGate)
	return t
}

// end ends the threads of the other members.
func (t *team) end() {
	for _, m := range t.members[1:] {
		close(m.work)
	}
}

// all runs a function on all threads at once. The first member works on the calling thread: to
// hand the work to another one leaves a thread that looks for more work, and may find the core.
func (t *team) all(f func(m *member)) {
	for _, m := range t.members[1:] {
		m.work <- f
	}
	f(t.members[0])
	for _, m := range t.members[1:] {
		<-m.done
	}
}

// run runs a function on all cores at once, from the same moment on. The seconds of the reading
// are from the first start until the last end, its clocks and gates those of the slowest gate.
func (t *team) run(f func(core int)) reading {
	var ready, ended atomic.Int64
	meet := func(n *atomic.Int64) { // without a call of the scheduler, which would delay the start
		n.Add(1)
		for n.Load() < int64(len(t.members)) {
		}
	}
	t.all(func(m *member) {
		m.hertz[0] = m.read(t.clockRounds)
		m.gated[0] = m.runGate(t.gateRounds)
		meet(&ready)
		interrupted := threadSwitches()
		m.start = time.Now()
		f(m.core)
		m.end = time.Now()
		m.last = threadSwitches() - interrupted
		m.switches += m.last
		meet(&ended) // since who ends first would else let the others work alone
		m.gated[1] = m.runGate(t.gateRounds)
		m.hertz[1] = m.read(t.clockRounds)
	})
	first := slices.MinFunc(t.members, func(a, b *member) int { return a.start.Compare(b.start) }).start
	last := slices.MaxFunc(t.members, func(a, b *member) int { return a.end.Compare(b.end) }).end
	r := reading{seconds: last.Sub(first).Seconds()}
	for _, m := range t.members {
		r.interrupted = r.interrupted || m.last > 0
		hertz := max(m.hertz[0], m.hertz[1])
		if cycles := max(m.gated[0], m.gated[1]) * hertz; cycles > r.gate {
			r.gate, r.clocks = cycles, m.hertz
		}
		t.gates.add(max(m.gated[0], m.gated[1]) * hertz / float64(t.gateRounds))
	}
	r.gate /= float64(t.gateRounds)
	return r
}

// gateForms are the forms of instructions that do nothing.
var gateForms = []string{"NOPL r", "NOOP"}

// newGate returns the loop of the gate. Where there is no assembly, it is the clock's, which
// says nothing of other threads.
func newGate() instruction.Loop {
	for _, form := range gateForms {
		if p, ok := probeOf(form); ok {
			return p.Repeat
		}
	}
	return portableChain
}

// runGate returns the seconds of so many rounds of the gate.
func (m *member) runGate(rounds int) float64 {
	start := time.Now()
	m.gate(rounds, m.clock.area)
	return time.Since(start).Seconds()
}

// read returns the clock.
func (m *member) read(rounds int) float64 {
	seconds := m.clock.run(rounds)
	if !(seconds > 0) {
		return 0
	}
	return m.clock.adds * float64(rounds) / seconds
}

// switches returns how often the threads were interrupted during all samples so far.
func (t *team) switches() (sum float64) {
	for _, m := range t.members {
		sum += m.switches
	}
	return sum
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
