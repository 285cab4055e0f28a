package measure

import "time"

// A threadTime is for how long a thread has run since its start, and for how long it was ready
// to run without a CPU.
type threadTime struct{ ran, waited time.Duration }

// waitedBetween returns for how long the threads of a process that do its work waited for a CPU
// between two readings: those that ran at least half as long as the one that ran longest. The
// others delay nothing when they wait. The monitor of Go's runtime wakes up all the time, and
// beside a computation waits for its turn more than anything else does: for a third of the time.
func waitedBetween(before, after map[string]threadTime) time.Duration {
	var longest time.Duration
	for name, t := range after {
		longest = max(longest, t.ran-before[name].ran)
	}
	var waited time.Duration
	for name, t := range after {
		if ran := t.ran - before[name].ran; 2*ran >= longest {
			waited += t.waited - before[name].waited
		}
	}
	return waited
}
