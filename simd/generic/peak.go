package generic

// Peak is simd.Kernels.Peak: here, what the portable fma can do.
func Peak(rounds int) {
	var chain [12]float32
	for range rounds {
		for i := range chain {
			chain[i] = fma(1, 1, chain[i])
		}
	}
	sink = chain
}

// sink keeps the compiler from dropping what Peak computes.
var sink [12]float32
