package spinglass

import (
	"fmt"
	"math"
	"time"

	"github.com/lossglass/lossglass/core/spinglass"
)

// A MemoryError says that a size needs more memory than there is.
type MemoryError struct {
	P, N, Workers int
	Need, Have    float64 // bytes
	One           bool    // one worker would have enough
}

func (e *MemoryError) Error() string {
	text := fmt.Sprintf("size %d: the couplings of p = %d and the points of %d workers take %s of memory, this machine has %s",
		e.N, e.P, e.Workers, gibibytes(e.Need), gibibytes(e.Have))
	if e.One {
		text += "; one worker would do"
	}
	return text
}

func gibibytes(bytes float64) string {
	if bytes >= 1<<60 {
		return "more than 2^60 bytes"
	}
	return fmt.Sprintf("%.1f GiB", bytes/(1<<30))
}

// unknownMemory is what [memory] returns where the system does not say how much memory
// the machine has: enough to refuse only what no machine has.
const unknownMemory = 1 << 46

// fits says whether the plan can be computed by so many workers in so many bytes.
func (p Plan) fits(workers int, have float64) error {
	for _, s := range p.Sizes {
		starts := min(block, p.Starts)
		glasses := 1.
		if p.Method == SGD {
			glasses += float64(p.Stage.Parts)
		}
		one := glasses*float64(spinglass.Bytes(p.P, s.N, starts)) +
			8*3*float64(s.N)*float64(starts) // the points, and a descent's points and gradients
		if need := one * float64(workers); need > have {
			return &MemoryError{P: p.P, N: s.N, Workers: workers, Need: need, Have: have, One: workers > 1 && one <= have}
		}
	}
	return nil
}

// expectedSteps is about the mean number of steps of a start, for estimates of
// the time: as measured at p = 3 with the default settings, and as many more as
// the rate is lower.
func (p Plan) expectedSteps(n int) float64 {
	steps := 14 * math.Sqrt(float64(n)) * spinglass.DefaultRate(p.P) / p.Rate
	if p.Stage != nil {
		steps += float64(p.Stage.Steps)
	}
	return min(steps, float64(p.MaxSteps)) + 1
}

// Project says about how long so many workers need for the whole plan, by timing
// for each size the couplings of one disorder and a gradient at a few points.
func (e *Experiment) Project(workers int) time.Duration {
	const points = 32
	var total float64 // seconds of one worker
	for _, s := range e.plan.Sizes {
		started := time.Now()
		l := e.draw(s.N, 0)
		drawing := time.Since(started).Seconds()
		w, grad, energy := make([]float64, s.N*points), make([]float64, s.N*points), make([]float64, points)
		spinglass.DrawStarts(w, s.N, points, e.plan.Seed, 0, 0)
		started = time.Now()
		l.glass.EnergyTangent(w, grad, energy, points)
		gradient := time.Since(started).Seconds() / points
		total += float64(s.Disorders) * (drawing + gradient*float64(e.plan.Starts)*e.plan.expectedSteps(s.N))
	}
	return time.Duration(total / float64(workers) * float64(time.Second))
}
