package bench

import (
	"sync"
	"time"

	"golang.org/x/perf/benchmath"

	"github.com/lossglass/lossglass/simd"
)

// A probe repeatedly measures the FMA peak of one core with the kernels of one
// instruction set.
type probe struct {
	kernels *simd.Set
	rounds  int
	rates   []float64 // FLOP/s
}

// probeTime is the shortest time of a measurement: long compared with the clock's
// resolution, short compared with the time between two interruptions.
const probeTime = 100 * time.Microsecond

func newProbe(k *simd.Set) *probe {
	if rounds, isKnown := probeRounds.Load(k.Name); isKnown {
		return &probe{kernels: k, rounds: rounds.(int)}
	}
	p := &probe{kernels: k, rounds: 1}
	// The least of three, because an interruption would look like a long measurement.
	for min(p.run(), p.run(), p.run()) < probeTime {
		p.rounds *= 2
	}
	probeRounds.Store(k.Name, p.rounds)
	return p
}

// probeRounds are the rounds of the probes so far, by instruction set. Finding them takes longer
// than a short benchmark.
var probeRounds sync.Map

func (p *probe) run() time.Duration {
	start := time.Now()
	p.kernels.Probe.FMA(p.rounds)
	return time.Since(start)
}

func (p *probe) sample() {
	flops := float64(p.rounds) * float64(p.kernels.Probe.FMAFlops)
	p.rates = append(p.rates, flops/p.run().Seconds())
}

// peak returns the median of the samples.
func (p *probe) peak() float64 { return median(p.rates) }

// median returns the median of at least one value.
func median(values []float64) float64 {
	sample := benchmath.NewSample(append([]float64(nil), values...), &benchmath.DefaultThresholds) // which sorts its argument
	return benchmath.AssumeNothing.Summary(sample, 0.95).Center
}
