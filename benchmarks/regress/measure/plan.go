package measure

import "time"

// A Plan says how much of each benchmark a process measures.
type Plan struct {
	Benchtime time.Duration // of each measurement
	Slices    int           // measurements of each benchmark, in turns; 0: Repetitions, without turns
	Rounds    int           // how many will fit into the budget
}

// A process in turns measures each benchmark this often. What disturbs a slice differs from
// slice to slice, and placement in memory from process to process: few slices in many processes
// are best on a quiet machine, many slices on a busy one. With a standard deviation of 5 % within
// a process and 3 % between processes, which are assumed, six slices would be best and
// 16 need a fifth more time; with 30 % and 3 %, 16 need a tenth more than the best number.
const (
	fewestSlices = 4
	mostSlices   = 16
)

// Benchtimes between which plans choose. The shorter a slice, the more alike is the machine in
// the slices of a cycle, and the more of the time is spent on what precedes the measurement.
const (
	shortestSlice = time.Millisecond
	longestSlice  = 10 * time.Millisecond
	shortest      = 2 * time.Millisecond // without turns
	longest       = 40 * time.Millisecond
)

// ramp is how long package testing runs a benchmark, relative to the benchtime: it also looks for
// the number of iterations.
const ramp = 1.5

// A Goal is how many rounds should fit into the budget: the wanted number or more, and at least as many as a
// verdict needs.
type Goal struct{ Wanted, Needed int }

// PlanTurns plans rounds in turns. A benchtime of 0 is chosen.
func PlanTurns(functions []*Function, arms int, budget time.Duration, goal Goal, benchtime time.Duration) Plan {
	startup, operations, repetition, benchmarks := costs(functions)
	p := Plan{Benchtime: benchtime}
	if benchtime == 0 {
		var calm time.Duration // on a busy machine slices should be short, although all takes long
		for _, f := range functions {
			calm += f.Calm
		}
		p.Benchtime = min(max(calm/time.Duration(2*benchmarks), shortestSlice), longestSlice).Round(time.Millisecond)
	}
	// Repetition already has one operation of each benchmark, after which package testing ends if it took the benchtime.
	cycle := repetition
	if operations < p.Benchtime*time.Duration(benchmarks) {
		cycle += time.Duration(ramp*float64(p.Benchtime)) * time.Duration(benchmarks)
	}
	slices := func(rounds int) int { return int((budget/time.Duration(rounds*arms) - startup) / max(cycle, 1)) }
	p.Slices = min(max(slices(goal.Wanted), fewestSlices), mostSlices)
	p.Slices = max(min(p.Slices, slices(goal.Needed)), 1)
	p.Rounds = int(budget / (time.Duration(arms) * max(startup+time.Duration(p.Slices)*cycle, 1)))
	return p
}

// PlanAlone is PlanTurns for processes without turns.
func PlanAlone(functions []*Function, arms int, budget time.Duration, goal Goal, benchtime time.Duration) Plan {
	startup, operations, _, benchmarks := costs(functions)
	p := Plan{Benchtime: benchtime}
	if benchtime == 0 {
		each := float64(budget/time.Duration(goal.Wanted*arms)-startup) / (ramp * Repetitions * float64(benchmarks))
		p.Benchtime = min(max(time.Duration(each), shortest), longest).Round(time.Millisecond)
	}
	measured := max(time.Duration(ramp*float64(p.Benchtime)*float64(benchmarks)), operations)
	p.Rounds = int(budget / (time.Duration(arms) * (startup + Repetitions*measured)))
	return p
}

// costs returns the sums over the functions, and at least one benchmark.
func costs(functions []*Function) (startup, operations, repetition time.Duration, benchmarks int) {
	for _, f := range functions {
		startup += f.Startup
		operations += f.Operation
		repetition += f.Repetition
		benchmarks += len(f.Benchmarks)
	}
	return startup, operations, repetition, max(1, benchmarks)
}
