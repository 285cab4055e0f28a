package measure

import (
	"math"
	"time"

	"github.com/lossglass/lossglass/simd"
)

// Host is what the machine did during a round.
type Host struct {
	Probes   [len(ProbeNames)]float64 `json:"probes"`             // seconds, as ProbeNames
	Steal    float64                  `json:"steal"`              // share of the CPUs' time that the hypervisor gave to others; 0 if not known
	Switches float64                  `json:"switches"`           // involuntary context switches per second of benchmarks; -1: not known
	Excluded string                   `json:"excluded,omitempty"` // why the round does not count; "" if it does
}

// ProbeNames names the control probes: code that no commit changes.
var ProbeNames = [...]string{"dependent adds", "FMA peak", "L2 read", "memory read"}

// prober holds the operands of the control probes.
type prober struct {
	fma    func(rounds int)
	cached []uint64 // fits into the L2 cache of any CPU that matters
	large  []uint64 // fits into none
	sink   uint64
}

func newProber() *prober {
	p := &prober{fma: simd.Detect().Probe.FMA, cached: make([]uint64, 128<<10/8), large: make([]uint64, 64<<20/8)}
	for i := range p.large {
		p.large[i] = uint64(i) // so that each page has memory of its own
	}
	return p
}

// probeSlices is how often each probe is repeated. The shortest time counts: it shows the clock
// and the memory, not whether the kernel ran something else for a moment.
const probeSlices = 8

// probe takes about ten milliseconds.
func (p *prober) probe() (seconds [len(ProbeNames)]float64) {
	for i, work := range []func(slice int){
		func(int) { p.sink += dependentAdds(200_000) },
		func(int) { p.fma(2000) },
		func(int) {
			for range 20 {
				p.sink += sum(p.cached)
			}
		},
		func(slice int) {
			part := len(p.large) / probeSlices
			p.sink += sum(p.large[slice*part:][:part])
		},
	} {
		seconds[i] = math.Inf(1)
		for slice := range probeSlices {
			start := time.Now()
			work(slice)
			seconds[i] = min(seconds[i], time.Since(start).Seconds())
		}
	}
	return seconds
}

// dependentAdds is a chain of floating-point additions, each of which waits for the one
// before, so that its time is inversely proportional to the clock.
func dependentAdds(n int) uint64 {
	x := 1.0
	for range n {
		x += 1e-9
	}
	return uint64(x)
}

// sum reads one word of each cache line.
func sum(x []uint64) uint64 {
	var s uint64
	for i := 0; i < len(x); i += 8 {
		s += x[i]
	}
	return s
}
