package generic

import "math"

const (
	lanes = 16
	tile  = 5
	row   = tile * lanes
)

// ImageForward is simd.Kernels.ImageForward.
func ImageForward(width int, h, w, b []float32, list [][3]uint32, spans [][4]uint32) {
	n := width * lanes
	for _, span := range spans {
		var z [2][row]float32
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
func ImageStep(width int, w, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32) {
	n := width * lanes
	for _, span := range spans {
		if span[0] == span[1] {
			continue
		}
		var g [2][row]float32
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
func accumulate(sum *[2][row]float32, n int, rows []float32, list [][3]uint32) {
	for _, e := range list {
		r := rows[e[0]:]
		for s := range sum {
			x := math.Float32frombits(e[1+s])
			for i := range sum[s][:n] {
				sum[s][i] = fma(r[i], x, sum[s][i])
			}
		}
	}
}

// relu returns x where it is positive or NaN and +0 elsewhere.
func relu(x float32) float32 {
	if x <= 0 {
		return 0
	}
	return x
}
