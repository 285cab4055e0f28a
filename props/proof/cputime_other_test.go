//go:build !linux

package proof_test

import "time"

var begin = time.Now()

// cpuTime returns the time since the program began, where that of a thread is not known.
func cpuTime() time.Duration { return time.Since(begin) }
