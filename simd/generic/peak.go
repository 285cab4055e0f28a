package generic

import "runtime"

// Peak is simd.Kernels.Peak: here, what the portable fma can do.
func Peak(rounds int) {
	var chain [12]float32
	for range rounds {
		for i := range chain {
			chain[i] = fma(1, 1, chain[i])
		}
	}
	runtime.KeepAlive(chain) // so that the compiler does not drop them
}
