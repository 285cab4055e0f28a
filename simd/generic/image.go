package generic

import "math"

const (
	lanes = 16
	tile  = 5
	row   = tile * lanes
)

// ImageForward is simd.Kernels.ImageForward.
func ImageForward[T float](width int, h, w, b []T, list [][3]uint32, spans [][4]uint32) {
	n := width * lanes
	for _, span := range spans {
		var z [2][row]T
		copy(z[0][:n], b)
		copy(z[1][:n], b)
		accumulate(&z, n, w, list[span[0]:span[1]])
		for s := range z {
			out := h[span[2+s]*row:]
			for i, v := range z[s][:n] {
				out[i] = relu(v + 0)
			}
		}
	}
}

// ImageStep is simd.Kernels.ImageStep.
func ImageStep[T float](width int, w, d []T, list [][3]uint32, spans [][4]uint32, step *[16]T) {
	n := width * lanes
	for _, span := range spans {
		if span[0] == span[1] {
			continue
		}
		var g [2][row]T
		accumulate(&g, n, d, list[span[0]:span[1]])
		for k := range g {
			out := w[span[2+k]*row:]
			for i, v := range g[k][:n] {
				out[i] = fma(-step[i%lanes], v+0, out[i])
			}
		}
	}
}

// accumulate adds to each of the two sums the rows of the list times their values: one chain per element.
func accumulate[T float](sum *[2][row]T, n int, rows []T, list [][3]uint32) {
	for _, e := range list {
		r := rows[e[0]:]
		for s := range sum {
			x := T(math.Float32frombits(e[1+s]))
			for i := range sum[s][:n] {
				sum[s][i] = fma(r[i], x, sum[s][i])
			}
		}
	}
}

// ReLU is simd.Kernels.ReLU.
func ReLU[T float](dst, src []T) {
	for i, x := range src {
		dst[i] = relu(x)
	}
}

// relu returns x where it is positive or NaN and +0 elsewhere.
func relu[T float](x T) T {
	if x <= 0 {
		return 0
	}
	return x
}
