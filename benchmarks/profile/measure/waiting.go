package measure

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/direct"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

// waiting measures how much of the time that data and jumps take a core hides.
func (r *run) waiting(ctx context.Context) error {
	loops := instruction.WaitingLoops()
	if loops == nil {
		return nil
	}
	r.progress("what a core waits for")
	q := queues[r.Identity.Microarchitecture]
	r.Core.PublishedWindow, r.Core.Stores = q.window, q.stores
	orderly, random := jumps()
	calls, lengths, shortest := emptyCalls(), loopLengths(), r.shortestLoop()
	jobs := []Job{job(forwarding, loops.Forward), orderly, random, {Name: emptyCallsName, Calls: calls}}
	for _, n := range lengths {
		jobs = append(jobs, sameLoops(shortest, n))
	}
	crossed, crosses := crossing()
	if crosses > 0 {
		jobs = append(jobs, crossed)
	}
	hasFMA := loops.StoresNeed == "" || slices.Contains(setNames(), loops.StoresNeed)
	if hasFMA {
		jobs = append(jobs, job(amongFMAs, loops.StoresAmongFMAs), job(ofFMAs, loops.StoresOfFMAs))
	}
	windows, release, err := windowJobs(loops, min(farApart, r.largest()))
	if err != nil {
		return err
	}
	defer release()
	jobs = append(jobs, windows...)
	timings, err := r.measure(ctx, 1, jobs...)
	if err != nil {
		return err
	}
	cycles := map[string]float64{}
	for i, j := range jobs {
		cycles[j.Name] = timings[i].Cycles
	}
	all := func(jobs []Job, each float64) (of []float64) {
		for _, j := range jobs {
			of = append(of, cycles[j.Name]/each)
		}
		return of
	}
	c := &r.Core
	c.Forward = cycles[forwarding] / float64(loops.ForwardCount)
	c.Mispredict = max(0, cycles[random.Name]-cycles[orderly.Name]) / (jumpCount / 2)
	c.Call = cycles[emptyCallsName] / float64(len(calls))
	c.History = history(all(jobs[4:4+len(lengths)], entered), c.Mispredict)
	if crosses > 0 {
		c.Crossing = max(0, cycles[crossed.Name]-r.roundOf(widestLoad())) / float64(crosses)
	}
	if hasFMA {
		c.StoreAmong, c.StoreResult = r.storesAmongFMAs(loops, cycles[amongFMAs]), r.storesAmongFMAs(loops, cycles[ofFMAs])
	}
	windowCycles, n := all(windows, windowRounds), len(fills())
	c.Window = window(windowCycles[:n], loops.Fill)
	c.Results = window(windowCycles[n:2*n], loops.Fill-1) // without the counter
	c.Queue = window(windowCycles[2*n:], loops.Fill-1)
	return nil
}

// The names of jobs.
const (
	forwarding     = "a store and its load"
	emptyCallsName = "empty calls"
	amongFMAs      = "stores among FMAs"
	ofFMAs         = "stores of results of FMAs"
)

// storesAmongFMAs returns how long each store of a round keeps the FMA pipes from working, beyond
// the time of the FMAs.
func (r *run) storesAmongFMAs(loops *instruction.Waiting, round float64) float64 {
	for _, t := range r.Throughputs {
		if slices.Contains([]string{"VFMADD231PS y, y, y", "VFMLA v.S4, v.S4, v.S4"}, t.Form) {
			return max(0, round-t.Cycles*float64(loops.FMAs)) / float64(loops.Stores)
		}
	}
	return 0
}

// roundOf returns the cycles that a round of a probe was measured to take.
func (r *run) roundOf(p instruction.Probe) float64 {
	for _, t := range r.Throughputs {
		if t.Form == p.Form {
			return t.Cycles * float64(p.Count)
		}
	}
	return 0
}

// jumpCount is the number of loops that a round of each job of jumps enters.
const jumpCount = 4096

// jumps are two jobs that enter a short loop, which ends after one or two iterations: first all
// with one and then all with two, or at random, where about half of the ends are predicted wrong.
// The random numbers go on from sample to sample: a predictor learns a list that is repeated.
func jumps() (orderly, random Job) {
	p, area, state := addChain(), numbers(), uint64(1)
	enter := func(name string, isRandom bool) Job {
		return Job{Name: name, Run: func(_, rounds int) {
			for i := range jumpCount * rounds {
				state ^= state << 13 // Marsaglia's xorshift
				state ^= state >> 7
				state ^= state << 17
				iterations := 1 + i%jumpCount*2/jumpCount
				if isRandom {
					iterations = 1 + int(state>>63)
				}
				p.Chain(iterations, area)
			}
		}}
	}
	return enter("loops of one and two iterations in order", false), enter("loops of one and two iterations at random", true)
}

// loopLengths are the numbers of iterations of loops that are entered again and again.
func loopLengths() (all []int) {
	for n := 4; n <= 512; n += max(4, n/4) {
		all = append(all, n)
	}
	return all
}

// entered is how often a round of such a job enters its loop.
const entered = 16

// shortestLoop returns the probe whose rounds take the least time.
func (r *run) shortestLoop() (shortest instruction.Probe) {
	least := math.Inf(1)
	for _, p := range instruction.Probes(setNames()...) {
		if cycles := r.roundOf(p); cycles < least {
			shortest, least = p, cycles
		}
	}
	return shortest
}

// sameLoops is the job of a loop with always as many iterations.
func sameLoops(p instruction.Probe, iterations int) Job {
	area := numbers()
	return Job{Name: fmt.Sprintf("loops of %d iterations", iterations), Run: func(_, rounds int) {
		for range entered * rounds {
			p.Repeat(iterations, area)
		}
	}}
}

// history returns the number of iterations of the longest loop whose end is predicted: at the end
// of a longer one comes the time of a wrong prediction. What an iteration takes is known from the
// longest loop, for which that time is little. Loops that take more than half of it too long are
// those whose end is not predicted, but for as few exceptions as there can be.
func history(cycles []float64, mispredict float64) (longest int) {
	lengths := loopLengths()
	last := len(lengths) - 1
	iteration := (cycles[last] - cycles[0]) / float64(lengths[last]-lengths[0])
	fewest, exceptions := len(lengths)+1, 0
	for i := range lengths { // that many loops are not predicted if none of the first is
		if cycles[i] <= cycles[0]+iteration*float64(lengths[i]-lengths[0])+mispredict/2 {
			exceptions++
		}
	}
	for i, n := range lengths {
		if cycles[i] <= cycles[0]+iteration*float64(n-lengths[0])+mispredict/2 {
			exceptions--
		} else {
			exceptions++
		}
		if exceptions < fewest {
			fewest, longest = exceptions, n
		}
	}
	return longest
}

// addChain returns the probe of the chain of additions.
func addChain() (p instruction.Probe) {
	for _, form := range chainForms {
		if found, ok := probeOf(form); ok {
			p = found
		}
	}
	return p
}

// emptyCalls are calls of elementwise kernels on no elements.
func emptyCalls() (calls []func()) {
	for range 16 {
		for _, kernel := range assemblySets()[0].Elementwise.Declarations() {
			args := make([]reflect.Value, len(kernel.Params))
			for i := range args {
				args[i] = reflect.MakeSlice(kernel.Type().In(i), 0, 0)
			}
			calls = append(calls, direct.Call(kernel.Func(), args))
		}
	}
	return calls
}

// widestLoad returns the probe of the widest load of a vector.
func widestLoad() (widest instruction.Probe) {
	for _, form := range []string{"FMOVQ m, f", "MOVUPS m, x", "VMOVUPS m, y", "VMOVUPS m, z"} {
		if p, ok := probeOf(form); ok {
			widest = p
		}
	}
	return widest
}

// crossing returns the job of loads of which some cross the ends of lines, and how many of a
// round do: the area is four bytes away from a line.
func crossing() (j Job, crosses int) {
	p := widestLoad()
	if p.Repeat == nil {
		return j, 0
	}
	bytes := width(p.Form) / 8
	area := alignedBytes(instruction.Area + line)[4:]
	for n := range p.Count {
		if at := 4 + bytes*n; at/line != (at+bytes-1)/line {
			crosses++
		}
	}
	return Job{Name: p.Form + " across lines", Run: func(_, rounds int) { p.Repeat(rounds, area) }}, crosses
}

const (
	farApart     = 64 << 20 // bytes through which the two chains of loads go
	windowRounds = 200      // of a sample
	mostFills    = 90       // of a window
)

// fills are how often the instructions between two loads are repeated.
func fills() (all []int) {
	for n := 6; n <= mostFills; n += max(2, n/14) {
		all = append(all, n)
	}
	return all
}

// windowJobs are jobs of two chains of loads in memory, whose loads are so far apart as each of
// fills says.
func windowJobs(loops *instruction.Waiting, bytes int64) (jobs []Job, release func(), err error) {
	memory, release, err := mapped(int(bytes), true)
	if err != nil {
		return nil, nil, fmt.Errorf("memory for chains of loads: %w", err)
	}
	c := newChase(memory)
	c.lay()
	area := alignedBytes(instruction.Area)
	binary.NativeEndian.PutUint64(area, uint64(address(memory[int(c.order[0])*line:])))
	binary.NativeEndian.PutUint64(area[8:], uint64(address(memory[int(c.order[len(c.order)/2])*line:])))
	for _, kind := range []struct {
		what string
		loop instruction.Loop
	}{{"instructions", loops.Apart}, {"results", loops.ApartResults}, {"waiting instructions", loops.ApartQueue}} {
		for _, n := range fills() {
			jobs = append(jobs, Job{Name: fmt.Sprintf("loads %d %s apart", n*loops.Fill, kind.what), Rounds: windowRounds,
				Before: func() { binary.NativeEndian.PutUint64(area[16:], uint64(n)) },
				Run:    func(_, rounds int) { kind.loop(rounds, area) }})
		}
	}
	return jobs, release, nil
}

// window returns the number of instructions inside of a core at once, by the cycles of a round in
// which loads of two chains are apart as fills says: they take the time of one load while both are
// inside, and of two from there on. It is 0 if there is no such step.
func window(cycles []float64, fill int) int {
	least := slices.Min(cycles)
	for i, n := range fills() {
		if cycles[i] > 1.5*least && !slices.ContainsFunc(cycles[i:], func(c float64) bool { return c <= 1.5*least }) {
			return n * fill
		}
	}
	return 0
}
