package bench

import (
	"runtime"
	"testing"
	"time"

	"github.com/lossglass/lossglass/simd"
)

// work is what one iteration of a benchmark does.
type work struct {
	isa      *simd.Set
	samples  int  // samples x networks, or 0 where there are none
	dense    int  // floating-point operations, dense-equivalent; 0 where they are not counted
	executed int  // of them, those on terms that are not zero
	double   bool // they are in float64, of which the peak is half
	threads  int  // whose peaks add up; 0 for 1
}

// measure times op and reports the units of the package's documentation. The
// peak is measured in between, on the same core. What grows with use must have
// grown, so that each op allocates as much as the last.
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
	for range 5 { // for a median even where there is but one iteration
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

// allocationsOf counts what is allocated while op runs. Now and then that is one
// too many, by the runtime itself.
func allocationsOf(op func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	op()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// iterationsWithin returns how many iterations take that long, at least one,
// where so many have taken the time elapsed.
func iterationsWithin(d, elapsed time.Duration, iterations int) int {
	return max(1, int(float64(iterations)*d.Seconds()/max(elapsed, time.Nanosecond).Seconds()))
}
