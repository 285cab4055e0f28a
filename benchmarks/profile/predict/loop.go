package predict

import "github.com/lossglass/lossglass/simd/emulate"

// A loop is the innermost loop that a call spends most of its instructions in.
type loop struct {
	first, last int // indices of its steps
	iterations  float64
	entries     float64 // how often it is entered from outside
}

// findLoop returns the innermost loop with the most executed instructions. A loop is what a
// jump backwards and its target enclose, and is innermost if it encloses no other header of
// a loop. Loops with one header, such as one that also reloads a counter every fifth time,
// are one. ok is false if no jump backwards was taken.
func findLoop(steps []emulate.Step) (best loop, ok bool) {
	lastOf := map[int]int{} // of each header, the last jump to it
	for i, s := range steps {
		if s.Target >= 0 && s.Target <= i && s.Times > 0 {
			lastOf[s.Target] = i
		}
	}
	most := uint64(0)
	for first, last := range lastOf {
		innermost := true
		var executed uint64
		for i := first; i <= last; i++ {
			if _, header := lastOf[i]; header && i != first {
				innermost = false
			}
			executed += steps[i].Times
		}
		if innermost && (executed > most || executed == most && first < best.first) {
			most, best = executed, loop{first: first, last: last, iterations: float64(steps[first].Times)}
		}
	}
	if most == 0 {
		return best, false
	}
	best.entries = best.iterations - returns(steps, best)
	return best, true
}

// returns counts how often a jump backwards led to the loop's header. A jump is taken as
// often as it is executed, less the executions of the step after it that come from it.
func returns(steps []emulate.Step, l loop) (taken float64) {
	for i := l.first; i <= l.last; i++ {
		if s := steps[i]; s.Target == l.first {
			fell := uint64(0)
			if s.Op != "JMP" && s.Op != "B" && i+1 < len(steps) {
				fell = steps[i+1].Times
			}
			if fell < s.Times {
				taken += float64(s.Times - fell)
			}
		}
	}
	return taken
}
