//go:build !race

package matmul_test

import (
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// The build tag is needed because sync.Pool drops values at random under the race detector.

// A product allocates nothing when a product of the same size was computed before.
func TestGemmAllocatesNothing(t *testing.T) {
	times := 50
	if testing.Short() && simd.Detect().Name == "generic" { // slow, emulated all the more
		times = 3
	}
	for _, g := range []call[float32]{
		{m: 10, n: 25, k: 100, alpha: 1, threads: 1},
		{m: 64, n: 64, k: 64, alpha: 2, transB: true, threads: 1},
		{m: 150, n: 150, k: 150, alpha: 1, threads: 1},
		{m: 150, n: 150, k: 150, alpha: 1, threads: 3},
	} {
		g.fill(t, 1, 0, 0, 0, 0)
		set := simd.Detect()
		if n := testing.AllocsPerRun(times, func() { g.run(set, g.c) }); n >= 1 {
			t.Errorf("%v: %v allocations", g, n)
		}
	}
}
