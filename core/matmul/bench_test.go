package matmul_test

import (
	"fmt"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

type shape struct{ m, n, k int }

func (s shape) String() string { return fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k) }

func (s shape) flops() float64 { return 2 * float64(s.m) * float64(s.n) * float64(s.k) }

var benchShapes = []shape{
	{100, 25, 100}, {100, 10, 25}, {100, 25, 10}, {100, 100, 100}, {100, 500, 100}, {10, 25, 100}, {10, 500, 100},
	{64, 64, 64}, {128, 128, 128}, {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
	{513, 517, 523}, {777, 781, 787}, {1001, 1003, 1009}, {1999, 2003, 2011},
}

// BenchmarkGemm measures products on one thread and on two, with each set of kernels and
// with gonum: GFLOP/s, and percent of the peak that the probe of the set reaches in turns
// with the product.
func BenchmarkGemm(b *testing.B) {
	for _, s := range benchShapes {
		for _, set := range simd.Available() {
			if set.Name == "generic" {
				continue
			}
			for _, threads := range []int{1, 2} {
				b.Run(fmt.Sprintf("float32/%s/%s/threads=%d", s, set.Name, threads), func(b *testing.B) {
					x, y, z := operands[float32](s)
					measure(b, s, set, 1, func() {
						matmul.Gemm32(set, false, false, s.m, s.n, s.k, 1, x, s.k, y, s.n, 0, z, s.n, threads)
					})
				})
				b.Run(fmt.Sprintf("float64/%s/%s/threads=%d", s, set.Name, threads), func(b *testing.B) {
					x, y, z := operands[float64](s)
					measure(b, s, set, 2, func() {
						matmul.Gemm64(set, false, false, s.m, s.n, s.k, 1, x, s.k, y, s.n, 0, z, s.n, threads)
					})
				})
			}
		}
		if s.flops() > 1e9 {
			continue
		}
		set := simd.Detect()
		b.Run(fmt.Sprintf("float32/%s/gonum", s), func(b *testing.B) {
			x, y, z := operands[float32](s)
			measure(b, s, set, 1, func() {
				gonum.Implementation{}.Sgemm(blas.NoTrans, blas.NoTrans, s.m, s.n, s.k, 1, x, s.k, y, s.n, 0, z, s.n)
			})
		})
		b.Run(fmt.Sprintf("float64/%s/gonum", s), func(b *testing.B) {
			x, y, z := operands[float64](s)
			measure(b, s, set, 2, func() {
				gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, s.m, s.n, s.k, 1, x, s.k, y, s.n, 0, z, s.n)
			})
		})
	}
}

func operands[T float32 | float64](s shape) (a, b, c []T) {
	a, b, c = make([]T, s.m*s.k), make([]T, s.k*s.n), make([]T, s.m*s.n)
	for i := range a {
		a[i] = T(i%13) / 13
	}
	for i := range b {
		b[i] = T(i%11) / 11
	}
	return a, b, c
}

// measure runs f b.N times, in turns of a millisecond with the peak probe, and reports the
// best turn of each. words is the size of a number in units of a float32.
func measure(b *testing.B, s shape, set *simd.Set, words float64, f func()) {
	const turn = time.Millisecond
	batch := max(1, int(float64(turn)/float64(timed(f))))
	rounds := max(1, int(float64(turn)/8/float64(timed(func() { set.Probe.FMA(1000) }))*1000))
	best, peak := time.Duration(1<<62), time.Duration(1<<62)
	b.ResetTimer()
	for left := b.N; left > 0; left -= batch {
		n := min(left, batch)
		t := timed(func() {
			for range n {
				f()
			}
		})
		b.StopTimer()
		if n == batch {
			best = min(best, t/time.Duration(n))
		}
		peak = min(peak, timed(func() { set.Probe.FMA(rounds) }))
		b.StartTimer()
	}
	if best == 1<<62 {
		return // too few for one turn
	}
	speed := s.flops() / best.Seconds() / 1e9
	limit := float64(rounds) * float64(set.Probe.FMAFlops) / peak.Seconds() / 1e9 / words
	b.ReportMetric(speed, "GFLOP/s")
	b.ReportMetric(100*speed/limit, "%peak")
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
