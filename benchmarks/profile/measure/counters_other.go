//go:build !linux

package measure

import (
	"runtime"

	"github.com/lossglass/lossglass/benchmarks/profile"
)

func readCounters() profile.Counters {
	return profile.Counters{Reason: "this program does not read those of " + runtime.GOOS}
}
