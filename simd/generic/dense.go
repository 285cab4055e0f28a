package generic

// Forward is simd.Kernels.Forward.
func Forward[T float](width int, z, w, h []T, samples, inputs, hStride int) {
	for s := range samples {
		out := z[s*row:]
		for j := range inputs {
			in := h[j/tile*hStride+s*row+j%tile*lanes:]
			for i := range width * lanes {
				out[i] = fma(w[j*row+i], in[i%lanes], out[i])
			}
		}
	}
}

// Backward is simd.Kernels.Backward.
func Backward[T float](width int, d, h, w, delta []T, samples, outputs, wStride, deltaStride int) {
	for s := range samples {
		for i := range width * lanes {
			u, l := i/lanes, i%lanes
			var sum T
			for c := range outputs {
				at, unit := c/tile, c%tile*lanes+l
				sum = fma(w[at*wStride+u*row+unit], delta[at*deltaStride+s*row+unit], sum)
			}
			if !(h[s*row+i] > 0) {
				sum = 0
			}
			d[s*row+i] = sum
		}
	}
}

// Step is simd.Kernels.Step.
func Step[T float](width int, w, delta, h []T, samples, inputs int, step *[16]T) {
	for j := range inputs {
		for i := range width * lanes {
			var g T
			for s := range samples {
				g = fma(delta[s*row+i], h[s*row+j*lanes+i%lanes], g)
			}
			w[j*row+i] = fma(-step[i%lanes], g+0, w[j*row+i])
		}
	}
}

// BiasStep is simd.Kernels.BiasStep.
func BiasStep[T float](width int, b, d []T, samples int, step *[16]T) {
	for i := range width * lanes {
		var g T
		for s := range samples {
			g += d[s*row+i]
		}
		b[i] = fma(-step[i%lanes], g, b[i])
	}
}
