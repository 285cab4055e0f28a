package bench

import (
	"runtime"
	"testing"
	"time"

	"github.com/lossglass/lossglass/simd"
)

// work describes one iteration of a benchmark.
type work struct {
	isa      *simd.Set
	samples  int  // samples x networks, or 0 if the benchmark has none
	dense    int  // dense-equivalent floating-point operations; 0 if they are not counted
	executed int  // the operations on terms that are not zero
	double   bool // the operations are in float64, whose peak is half of float32's
	threads  int  // the number of threads; 0 means 1
}

// measure times op and reports the units of the package's documentation. The peak is
// measured between iterations on the same core. Buffers that grow on first use must
// have their final size before the call, so that every op allocates equally.
func (w work) measure(b *testing.B, op func()) {
	if *core >= 0 {
		undo, err := pin(*core)
		if err != nil {
			b.Fatal(err)
		}
		defer undo()
	}
	p := newProbe(simd.Detect())
	own := p
	if w.isa.Name != p.kernels.Name {
		own = newProbe(w.isa)
	}
	sample := func() {
		p.sample()
		if own != p {
			own.sample()
		}
	}
	for range 5 { // so that there is a median even with a single iteration
		sample()
	}
	allocations := min(allocationsOf(op), allocationsOf(op))
	b.ReportAllocs()
	for i, next := 1, 1; b.Loop(); i++ {
		op()
		if i == next {
			b.StopTimer()
			sample()
			next = i + iterationsWithin(20*time.Millisecond, b.Elapsed(), i)
			b.StartTimer()
		}
	}
	threads := float64(max(1, w.threads))
	peak, ownPeak := p.peak()*threads, own.peak()*threads
	if w.double {
		peak, ownPeak = peak/2, ownPeak/2
	}
	perSecond := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(float64(allocations), "allocs/op")
	if w.samples > 0 {
		b.ReportMetric(perSecond*float64(w.samples), "samples/s")
	}
	b.ReportMetric(peak, "peak-FLOP/s")
	if w.dense > 0 {
		b.ReportMetric(perSecond*float64(w.dense), "FLOP/s")
		b.ReportMetric(100*perSecond*float64(w.dense)/peak, "%peak")
	}
	if w.dense > 0 && own != p {
		b.ReportMetric(100*perSecond*float64(w.dense)/ownPeak, "%peak-isa")
	}
	if w.executed != w.dense {
		b.ReportMetric(100*perSecond*float64(w.executed)/peak, "%peak-executed")
	}
}

// allocationsOf counts the allocations while op runs. The runtime itself occasionally
// adds one.
func allocationsOf(op func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	op()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// iterationsWithin returns how many iterations fit into d, at least one, if the given
// number of iterations took the elapsed time.
func iterationsWithin(d, elapsed time.Duration, iterations int) int {
	return max(1, int(float64(iterations)*d.Seconds()/max(elapsed, time.Nanosecond).Seconds()))
}
