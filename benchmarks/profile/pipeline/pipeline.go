// Package pipeline computes how many cycles calls of a kernel take on a core, instruction by
// instruction: when each one enters the core, when its operands are there, and when a unit
// that executes it is free. What a core can do is a [Core], which other packages fill with
// measurements; this one measures nothing and knows no CPU.
//
// The model:
//
//   - Instructions enter in order, so many a cycle, and leave in order. No more are inside
//     at once than the window has places.
//   - An instruction begins when its operands are there and its units are free, however many
//     before it still wait. Older ones choose first.
//   - Data come from the caches, which keep the lines that were used last. A line from an
//     outer level arrives a latency later, and no sooner than the bandwidth of that level
//     allows. Lines from beyond the second level that follow one another are fetched ahead,
//     so that only their bandwidth counts.
//   - A store that has left waits for its line, and for the stores before it. No more wait than
//     there are places.
//   - A store of a vector takes a resource of arithmetic, too, for some time; for another time if
//     it begins as soon as the vector is computed.
//   - A load from where a store in the window wrote gets its data from the store.
//   - A jump is predicted to go where it mostly went of late after so many jumps before it that went
//     the same ways. After a wrong prediction, nothing enters until a while after the jump was
//     executed.
//
// It leaves out, among other things: queues smaller than the window, banks of the caches, the
// translation of addresses, and rules by which caches replace lines other than the last use.
// Start with [Core.Run].
package pipeline

import "github.com/lossglass/lossglass/simd/emulate"

// A Core is what a CPU was measured to do. Times are in cycles.
type Core struct {
	Width       float64 // of an instruction in the front end
	Window      int     // instructions inside at once
	Results     int     // instructions with a vector as their result inside at once
	Queue       int     // of these that have not begun
	Stores      int     // stores inside at once, or left and not yet written
	Call        float64 // before the first instruction of a call
	Crossing    float64 // that a load takes more of its units if it crosses the end of a line
	StoreBeside Use     // that a store of a vector takes more
	StoreResult float64 // cycles of that, instead, if it begins within a cycle of when the vector is there
	Forward     float64 // from the data of a store to a load of them
	History     int     // the jumps before one by which it is predicted
	Mispredict  float64 // from the execution of a jump that was predicted wrong to the next instruction
	Levels      []Level // of the memory hierarchy, the first-level cache first
	Resources   int     // the number of the resources that Uses name
}

// A Level is a cache or, as the last one, memory.
type Level struct {
	Bytes   int64 // 0 of memory
	Ways    int
	Latency float64 // of a load
	Line    float64 // that the transfer of a line to the first level takes
	Store   float64 // the same for a line that is written to
}

// An Op is what an instruction takes of a core.
type Op struct {
	Load, Work, Store Use     // the zero Use is none
	Latency           float64 // from the operands of Work to its result
	Fused             bool    // it takes no place in the front end
	Bytes             int     // that it loads or stores
}

// A Use is for how long an instruction occupies a resource.
type Use struct {
	Resource int
	Cycles   float64
}

// An Executed is an instruction that a call executed, and what it accessed.
type Executed struct {
	Step     uint16
	Argument int8 // that leads to the memory; -1 if there is none
	Offset   int32
}

// A Call is a call of a kernel: the instructions that it executes, which calls of one shape
// have in common, and where the memory of its arguments begins.
type Call struct {
	Trace     []Executed
	Arguments []uintptr
}

// A Result is what calls took.
type Result struct {
	Cycles float64
	Lines  []float64 // cycles in which lines came from each level; of the first-level cache none
	// Mispredicted jumps.
	Mispredicted float64
}

// most is about the number of instructions that are computed one by one. Of more calls, one out
// of so many that follow one another is, and those before it change the caches only.
const most = 400_000

// warm is about the number of instructions before a call that change the caches, if not all do.
const warm = 1_000_000

// Run returns what the calls take when they are repeated in this order.
func (c *Core) Run(steps []emulate.Step, ops []Op, calls []Call) Result {
	total := 0
	for _, call := range calls {
		total += len(call.Trace)
	}
	s := newState(c, steps, ops)
	all := Result{Lines: make([]float64, len(c.Levels))}
	executed, cycles, next := 0, 0.0, 0 // next is the first call whose effects the caches lack
	for _, i := range chosen(len(calls), total) {
		s.prepare(calls, next, i)
		next = i + 1
		before := s.left
		s.call(calls[i])
		cycles += s.left - before
		executed += len(calls[i].Trace)
	}
	if executed == 0 {
		return all
	}
	scale := float64(total) / float64(executed)
	all.Cycles, all.Mispredicted = cycles*scale, s.wrong*scale
	for i, n := range s.lines {
		all.Lines[i] = n * scale
	}
	return all
}

// chosen returns the indices of the calls that are computed: all, or one out of so many that
// follow one another that about most instructions are. It is not the first of each, because calls
// may have a period.
func chosen(calls, instructions int) (all []int) {
	every := min(max(1, (instructions+most-1)/most), calls)
	for first := 0; first < calls; first += every {
		last := min(first+every, calls)
		all = append(all, first+int(uint64(first+1)*factor>>33)%(last-first))
	}
	return all
}

// prepare changes the caches as the calls before a call do, from one on or as many as fill the
// caches. What comes before the first call is the end of the repetition before.
func (s *state) prepare(calls []Call, from, to int) {
	first, sum := to, 0
	for first > from && sum < warm {
		first--
		sum += len(calls[first].Trace)
	}
	if from == 0 && sum < warm {
		end := len(calls)
		for end > to && sum < warm {
			end--
			sum += len(calls[end].Trace)
		}
		for _, call := range calls[end:] {
			s.touch(call)
		}
	}
	for _, call := range calls[first:to] {
		s.touch(call)
	}
}
