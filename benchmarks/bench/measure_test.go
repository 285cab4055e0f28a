package bench

import (
	"flag"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/lossglass/lossglass/simd"
)

// work describes one iteration of a benchmark.
type work struct {
	isa      *simd.Set
	samples  int     // samples x networks, or 0 if the benchmark has none
	dense    float64 // dense-equivalent floating-point operations; 0 if they are not counted
	executed float64 // the operations on terms that are not zero
	double   bool    // the operations are in float64, whose peak is half of float32's
	threads  int     // the number of threads; 0 means 1

	instructions uint64 // that assembly executes, counted by emulation; 0 if they are not counted
}

// A subject is what a benchmark measures.
type subject struct {
	work
	op     func() // one iteration. Buffers that grow on first use have their final size.
	digest string // of what a fixed number of iterations computes
}

// benchmark measures a subject under its name and its exact results. prepare makes a
// new subject for each repetition (-count), so that all measure the same work.
func benchmark(b *testing.B, name string, prepare func(b *testing.B) subject) {
	b.Run(name, func(b *testing.B) {
		first := prepare(b)
		next := &first
		b.Run(exactName(allocationsOf(first.op), first.digest), func(b *testing.B) {
			s := next
			if next = nil; s == nil {
				another := prepare(b)
				s = &another
			}
			if s.digest != first.digest {
				b.Fatalf("digest %s, in the first repetition %s", s.digest, first.digest)
			}
			s.measure(b, s.op)
		})
	})
}

// inject makes op slower by a known share, so that a comparison can be tested.
var inject = flag.Float64("inject", 0, "percent of the operations to do twice, for lossglass compare -selftest")

// injected is the share of an operation that is still to be done twice. It is carried from
// one repetition to the next, so that short ones have the right share together.
var injected float64

// measure times op and reports the units of the package's documentation. The peak is
// measured between iterations on the same core.
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
	for i, next := 1, 1; b.Loop(); i++ {
		op()
		if injected += *inject / 100; injected >= 1 {
			injected--
			op()
		}
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
	if w.samples > 0 {
		b.ReportMetric(perSecond*float64(w.samples), "samples/s")
	}
	b.ReportMetric(peak, "peak-FLOP/s")
	if w.dense > 0 {
		b.ReportMetric(perSecond*w.dense, "FLOP/s")
		b.ReportMetric(100*perSecond*w.dense/peak, "%peak")
	}
	if w.dense > 0 && own != p {
		b.ReportMetric(100*perSecond*w.dense/ownPeak, "%peak-isa")
	}
	if w.instructions > 0 {
		b.ReportMetric(float64(w.instructions), "insn/op")
	}
	if w.executed != w.dense {
		b.ReportMetric(100*perSecond*w.executed/peak, "%peak-executed")
	}
}

// allocationsOf counts the allocations while op runs: the least number in up to three runs,
// because the runtime itself occasionally allocates.
func allocationsOf(op func()) uint64 {
	least := uint64(math.MaxUint64)
	for run := 0; run < 3 && least > 0; run++ {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		op()
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return least
}

// iterationsWithin returns how many iterations fit into d, at least one, if the given
// number of iterations took the elapsed time.
func iterationsWithin(d, elapsed time.Duration, iterations int) int {
	return max(1, int(float64(iterations)*d.Seconds()/max(elapsed, time.Nanosecond).Seconds()))
}
