package pipeline

import (
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// The resources of the cores of these tests.
const (
	arithmetic = iota
	loads
	stores
	resources
)

// small is a core with caches of 4 and 64 KiB.
func small() *Core {
	return &Core{Width: .25, Window: 100, Results: 100, Queue: 100, Stores: 20, Forward: 8, History: 16, Mispredict: 15, Crossing: 1, StoreBeside: Use{arithmetic, 1}, StoreResult: .25, Resources: resources, Levels: []Level{
		{Bytes: 4 << 10, Ways: 4, Latency: 4, Line: .5, Store: 1}, {Bytes: 64 << 10, Ways: 8, Latency: 14, Line: 2, Store: 3}, {Latency: 200, Line: 10, Store: 20}}}
}

// vector is a vector register.
func vector(n int) emulate.Register { return emulate.VectorRegister + emulate.Register(n) }

// A program is steps with what each takes.
type program struct {
	steps []emulate.Step
	ops   []Op
}

func (p *program) add(s emulate.Step, op Op) { p.steps, p.ops = append(p.steps, s), append(p.ops, op) }

// work adds an operation of a register on itself and another one.
func (p *program) work(result, other int, cycles, latency float64) {
	p.add(emulate.Step{Target: -1, Reads: []emulate.Register{vector(result), vector(other)}, Writes: []emulate.Register{vector(result)}}, Op{Work: Use{arithmetic, cycles}, Latency: latency})
}

func (p *program) load(result int) {
	p.add(emulate.Step{Target: -1, Load: true, Writes: []emulate.Register{vector(result)}}, Op{Load: Use{loads, .5}, Bytes: 32})
}

func (p *program) store(source int) {
	p.add(emulate.Step{Target: -1, Store: true, Reads: []emulate.Register{vector(source)}}, Op{Store: Use{stores, 1}, Bytes: 32})
}

// straight is a call of all steps once, which access memory at the addresses.
func (p *program) straight(addresses ...int) Call {
	var trace []Executed
	for i, s := range p.steps {
		x := Executed{Step: uint16(i), Argument: -1}
		if s.Load || s.Store || s.Class == emulate.Prefetch {
			x.Argument, x.Offset, addresses = 0, int32(addresses[0]), addresses[1:]
		}
		trace = append(trace, x)
	}
	return Call{trace, []uintptr{1 << 20}}
}

// times repeats a call.
func times(n int, c Call) []Call { return slices.Repeat([]Call{c}, n) }

// Programs whose time is known by hand.
func TestRun(t *testing.T) {
	const n = 2000
	chain := &program{}
	chain.work(0, 1, .5, 4)
	two := &program{}
	two.work(0, 2, .5, 1)
	two.work(1, 2, .5, 1)
	long := &program{} // 100 instructions in the window, of 300 cycles each
	for i := range 4 {
		long.add(emulate.Step{Target: -1, Writes: []emulate.Register{vector(i)}}, Op{Work: Use{arithmetic, .25}, Latency: 300})
	}
	narrow := &program{}
	for i := range 8 {
		narrow.add(emulate.Step{Target: -1, Writes: []emulate.Register{vector(i)}}, Op{Fused: i%2 == 1})
	}
	one := &program{}
	one.load(0)
	again := &program{} // a chain through memory
	again.store(0)
	again.load(0)
	writes := &program{}
	writes.store(0)
	prefetches := &program{}
	prefetches.add(emulate.Step{Op: "PREFETCHT1", Target: -1, Class: emulate.Prefetch}, Op{Load: Use{loads, .5}})
	beside, results := &program{}, &program{} // twelve operations on two pipes, and three stores
	for i := range 12 {
		for p, source := range map[*program]int{beside: 15, results: i} {
			p.work(i, 14, .5, 4)
			if i%4 == 3 {
				p.store(source)
			}
		}
	}
	calls := func(p *program, step, count int) (all []Call) {
		for i := range n {
			all = append(all, p.straight(step*(i%count)))
		}
		return all
	}
	for _, c := range []struct {
		name  string
		p     *program
		calls []Call
		want  float64 // cycles of a call
	}{
		{"a chain", chain, times(n, chain.straight()), 4},
		{"two a cycle", two, times(n, two.straight()), 1},
		{"as many as fit into the window", long, times(n, long.straight()), 12},
		{"four a cycle, of eight of which four are fused", narrow, times(n, narrow.straight()), 1},
		{"loads from the first level", one, calls(one, 64, 32), .5},
		{"across lines", one, calls(one, 64, 1), .5},
		{"all across lines", one, shifted(calls(one, 64, 32), 48), 1.5},
		{"lines from the second level", one, calls(one, 64, 512), 2},
		{"lines of one set", one, calls(one, 1<<10, 8), 2}, // which has four ways
		{"lines from memory, ahead", one, calls(one, 64, n), 10},
		{"lines from memory, far from each other", one, calls(one, 192, n), 10},
		{"through memory", again, times(n, again.straight(0, 0)), 8},
		{"stores into the first level", writes, calls(writes, 64, 32), 1},
		{"stores into the second level", writes, calls(writes, 64, 512), 3},
		{"stores of what was computed long ago take the pipes, too", beside, times(n, beside.straight(0, 32, 64)), 9},
		{"stores of what is being computed take a part of that", results, times(n, results.straight(0, 32, 64)), 6.75},
		{"prefetches from memory", prefetches, calls(prefetches, 64, n), .5},
	} {
		r := small().Run(c.p.steps, c.p.ops, c.calls)
		if got := r.Cycles / float64(len(c.calls)); math.Abs(got-c.want) > .03*c.want {
			t.Errorf("%s: %.3f cycles, want %v", c.name, got, c.want)
		}
	}
}

// shifted moves what calls access by some bytes.
func shifted(calls []Call, bytes uintptr) []Call {
	for i := range calls {
		calls[i].Arguments = []uintptr{calls[i].Arguments[0] + bytes}
	}
	return calls
}

// A loop that is as long as ever is predicted if the history has its last end; so is one that is
// long and short in turns, and one whose end is not in the history is wrong each time. Each of many
// calls counts, though a part of them is computed.
func TestJumps(t *testing.T) {
	p := &program{}
	p.work(0, 1, 1, 1)
	p.add(emulate.Step{Target: 0, Reads: []emulate.Register{vector(0)}}, Op{}) // it waits for the work
	loop := func(iterations int) Call {
		body := []Executed{{Step: 0, Argument: -1}, {Step: 1, Argument: -1}}
		return Call{Trace: slices.Repeat(body, iterations)}
	}
	for _, c := range []struct {
		calls       []Call
		wrong, most float64
	}{
		{times(100, loop(5)), 1, 10},
		{slices.Repeat([]Call{loop(3), loop(4)}, 50), 2, 16},
		{times(100, loop(20)), 100, 100},
		{times(100_000, loop(5)), 1, 30},
	} {
		r := small().Run(p.steps, p.ops, c.calls)
		iterations := 0.
		for _, call := range c.calls {
			iterations += float64(len(call.Trace)) / 2
		}
		if want := iterations + r.Mispredicted*15; r.Mispredicted > c.most || r.Mispredicted < c.wrong || math.Abs(r.Cycles-want) > .1*want {
			t.Errorf("%d calls: %.0f cycles, want %.0f; %v wrong predictions, want %v to %v", len(c.calls), r.Cycles, want, r.Mispredicted, c.wrong, c.most)
		}
	}
}

// Of many calls, those that are not computed change the caches, too.
func TestSampled(t *testing.T) {
	p := &program{}
	for i := range 100 {
		p.load(i % 8)
	}
	var all []Call
	for i := range 20_000 { // 2 million instructions, through 32 KiB
		var at []int
		for k := range 100 {
			at = append(at, 64*((100*i+k)%512))
		}
		all = append(all, p.straight(at...))
	}
	r := small().Run(p.steps, p.ops, all)
	if got := r.Cycles / 2e6; math.Abs(got-2) > .05 || math.Abs(r.Lines[1]/2e6-2) > .05 {
		t.Errorf("%.3f cycles a load, %.3f of the second level", got, r.Lines[1]/2e6)
	}
	if r := small().Run(p.steps, p.ops, nil); r.Cycles != 0 {
		t.Errorf("no calls: %+v", r)
	}
}
