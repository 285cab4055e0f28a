package generic

import "math"

// Interaction64 is simd.Kernels.Interaction64.
func Interaction64(rows int, s, x, w, g, h, e []float64) {
	const cols = GemmCols64
	for l := range cols {
		q := 0.0
		for j := range rows {
			q = math.FMA(w[j*cols+l], x[j*cols+l], q)
			g[j*cols+l] = math.FMA(s[l], x[j*cols+l], g[j*cols+l])
		}
		h[l] = q / 2
		e[l] = math.FMA(s[l], h[l], e[l])
	}
}
