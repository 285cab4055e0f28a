package spinglass

import (
	"fmt"

	"github.com/lossglass/lossglass/core/spinglass"
)

// A MemoryError says that a size needs more memory than the machine has.
type MemoryError struct {
	P, N, Workers int
	Need, Have    float64 // bytes
	OneFits       bool    // the memory is enough for one worker
}

func (e *MemoryError) Error() string {
	text := fmt.Sprintf("size %d: the couplings of p = %d and the points of %d workers need %s of memory, this machine has %s",
		e.N, e.P, e.Workers, gibibytes(e.Need), gibibytes(e.Have))
	if e.OneFits {
		text += "; it is enough for one worker: -workers 1"
	}
	return text
}

func gibibytes(bytes float64) string {
	if bytes >= 1<<60 {
		return "more than 2^60 bytes"
	}
	return fmt.Sprintf("%.1f GiB", bytes/(1<<30))
}

// unknownMemory is what [memory] returns on a system that does not say how much memory
// the machine has. It refuses only what no machine can hold.
const unknownMemory = 1 << 46

// fits returns a [*MemoryError] if the plan, computed by a number of workers, needs more
// bytes than there are.
func (p Plan) fits(workers int, have float64) error {
	for _, s := range p.Sizes {
		starts := min(blockSize, p.Starts)
		glasses := 1.
		if p.Method == SGD {
			glasses += float64(p.Stage.Parts)
		}
		one := glasses*float64(spinglass.Bytes(p.P, s.N, starts)) +
			8*3*float64(s.N)*float64(starts) // the points, and a descent's points and gradients
		if need := one * float64(workers); need > have {
			return &MemoryError{P: p.P, N: s.N, Workers: workers, Need: need, Have: have, OneFits: workers > 1 && one <= have}
		}
	}
	return nil
}
