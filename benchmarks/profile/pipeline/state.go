package pipeline

import (
	"math"

	"github.com/lossglass/lossglass/simd/emulate"
)

// A state is a core while it executes.
type state struct {
	*Core
	steps []emulate.Step
	ops   []Op
	jumps *predictor

	units  []unit // by resource
	supply []unit // of lines, by level
	caches []cache
	recent lineList // the last that came from beyond the second level

	ready    [emulate.Registers]float64 // when the value of each register is there
	leaves   []float64                  // when each of the last Window instructions leaves
	n        int                        // of instructions so far
	now      float64                    // when the instruction enters
	front    float64                    // when the next instruction can enter
	left     float64                    // when the last instruction leaves
	stores   [512]stored
	results  []float64 // when each of the last Results vectors leaves
	resulted int
	begun    latest    // when vector instructions began, the last Queue
	queue    []float64 // when each of the last Stores stores has been written
	queued   int       // stores so far

	lines []float64 // cycles in which they came from each level
	wrong float64   // predictions
}

// A stored is eight bytes that a store wrote.
type stored struct {
	address uintptr
	data    float64 // when they were there
	n       int     // which instruction it was
}

func newState(c *Core, steps []emulate.Step, ops []Op) *state {
	s := &state{Core: c, steps: steps, ops: ops, jumps: newPredictor(c.History), units: make([]unit, c.Resources), supply: make([]unit, len(c.Levels)),
		leaves: make([]float64, c.Window), queue: make([]float64, c.Stores), results: make([]float64, c.Results), begun: make(latest, c.Queue), lines: make([]float64, len(c.Levels))}
	for _, l := range c.Levels {
		if l.Bytes > 0 {
			s.caches = append(s.caches, newCache(l.Bytes, l.Ways))
		}
	}
	return s
}

// touch changes the caches as a call does.
func (s *state) touch(c Call) {
	for _, x := range c.Trace {
		if x.Argument < 0 {
			continue
		}
		step := &s.steps[x.Step]
		address := c.Arguments[x.Argument] + uintptr(x.Offset)
		switch {
		case step.Load || step.Store:
			for line := address / Line; line <= (address+uintptr(s.ops[x.Step].Bytes)-1)/Line; line++ {
				s.fetch(line, false, nil)
			}
		case step.Class == emulate.Prefetch:
			s.prefetch(step, address/Line, nil)
		}
	}
}

// call executes a call.
func (s *state) call(c Call) {
	s.front += s.Call
	for i, x := range c.Trace {
		address := uintptr(0)
		if x.Argument >= 0 {
			address = c.Arguments[x.Argument] + uintptr(x.Offset)
		}
		taken := i+1 < len(c.Trace) && c.Trace[i+1].Step != x.Step+1
		s.execute(int(x.Step), address, taken)
	}
}

// execute executes an instruction.
func (s *state) execute(i int, address uintptr, taken bool) {
	step, op := &s.steps[i], &s.ops[i]
	result := (op.Work.Cycles > 0 || step.Load) && len(step.Writes) > 0 && isVector(step.Writes[0])
	vector := result && op.Work.Cycles > 0
	if !op.Fused {
		s.enter(step.Store, result, vector)
	}
	// Vectors are operands; scalars are addresses, of instructions that access memory.
	located, sources, computed := s.now, s.now, math.Inf(1)
	for _, r := range step.Reads {
		if isVector(r) {
			computed = s.ready[r]
		}
		if r < emulate.VectorRegister && (step.Load || step.Store || step.Class == emulate.Prefetch) {
			located = max(located, s.ready[r])
		} else {
			sources = max(sources, s.ready[r])
		}
	}
	done := sources
	if step.Load {
		sources = max(sources, s.load(op, located, address))
		done = sources
	}
	if op.Work.Cycles > 0 {
		begins := s.units[op.Work.Resource].take(s.now, sources, op.Work.Cycles)
		done = begins + op.Latency
		if vector {
			s.begun.add(begins)
		}
	}
	if step.Store {
		s.store(op, max(done, located), computed, address)
	}
	if step.Class == emulate.Prefetch {
		done = s.units[op.Load.Resource].take(s.now, located, op.Load.Cycles)
		s.prefetch(step, address/Line, &done)
	}
	for _, r := range step.Writes {
		s.ready[r] = done
	}
	if isConditional(step) && !s.jumps.isRight(i, step.Target, taken) {
		s.front = max(s.front, done+s.Mispredict)
		s.wrong++
	}
	s.left = max(s.left, done)
	s.leaves[(s.n-1+len(s.leaves))%len(s.leaves)] = s.left
	if result {
		s.results[s.resulted%len(s.results)] = s.left
		s.resulted++
	}
}

// enter takes the next place in the core, and one of those for stores, for results that are
// vectors, or of the queue of vector units.
func (s *state) enter(store, result, queued bool) {
	s.now = max(s.front, s.leaves[s.n%len(s.leaves)])
	if store {
		s.now = max(s.now, s.queue[s.queued%len(s.queue)])
	}
	if result {
		s.now = max(s.now, s.results[s.resulted%len(s.results)])
	}
	if queued {
		s.now = max(s.now, s.begun[0])
	}
	s.front = s.now + s.Width
	s.n++
}

// isVector reports whether a register is one for vectors.
func isVector(r emulate.Register) bool {
	return emulate.VectorRegister <= r && r < emulate.MaskRegister
}

// latest are the latest of some times, sorted.
type latest []float64

// add adds a time, and forgets the earliest.
func (l latest) add(time float64) {
	if time <= l[0] {
		return
	}
	i := len(l) - 1
	for l[i] > time {
		i--
	}
	copy(l, l[1:i+1])
	l[i] = time
}

// load returns when the data of a load are there.
func (s *state) load(op *Op, located float64, address uintptr) float64 {
	begins := s.units[op.Load.Resource].take(s.now, located, op.Load.Cycles)
	if address == 0 { // a constant or an argument
		return begins + s.Levels[0].Latency
	}
	if w := &s.stores[address/8%uintptr(len(s.stores))]; w.address == address/8 && s.n-w.n < s.Window {
		s.fetch(address/Line, false, &begins)
		return max(begins+s.Levels[0].Latency, w.data+s.Forward)
	}
	there := s.fetch(address/Line, false, &begins)
	if last := (address + uintptr(op.Bytes) - 1) / Line; last != address/Line {
		begins = s.units[op.Load.Resource].take(s.now, begins, s.Crossing)
		there = max(there, s.fetch(last, false, &begins))
	}
	return there
}

// store writes to memory. A line is written to when it is there, and after all before. If the
// data are a vector, it is there from a time on: computed.
func (s *state) store(op *Op, data, computed float64, address uintptr) {
	written := s.units[op.Store.Resource].take(s.now, data, op.Store.Cycles)
	switch {
	case written > computed+1:
		s.units[s.StoreBeside.Resource].take(s.now, written, s.StoreBeside.Cycles)
	case written >= computed:
		s.units[s.StoreBeside.Resource].take(s.now, written, s.StoreResult)
	}
	if address != 0 {
		begins := written
		for line := address / Line; line <= (address+uintptr(op.Bytes)-1)/Line; line++ {
			written = max(written, s.fetch(line, true, &begins)-s.Levels[0].Latency)
		}
		for at := address / 8; at <= (address+uintptr(op.Bytes)-1)/8; at++ {
			s.stores[at%uintptr(len(s.stores))] = stored{at, data, s.n}
		}
	}
	last := s.queue[(s.queued+len(s.queue)-1)%len(s.queue)]
	s.queue[s.queued%len(s.queue)] = max(last, written)
	s.queued++
}
