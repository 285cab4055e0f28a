package probe

import (
	"runtime"

	"github.com/lossglass/lossglass/simd/internal/scalar"
)

// chains is the number of independent accumulators of the portable FMA.
const chains = 12

// Generic returns the portable kernels. Their FMA measures the fma of package scalar,
// which the other portable kernels use.
func Generic() Kernels { return Kernels{FMA: fma, FMAFlops: 2 * chains} }

func fma(rounds int) {
	var sum [chains]float32
	for range rounds {
		for i := range sum {
			sum[i] = scalar.FMA(1, 1, sum[i])
		}
	}
	runtime.KeepAlive(sum) // so that the compiler does not remove the loop
}
