package generic

import "math"

// Interaction64 is simd.Kernels.Interaction64.
func Interaction64(rows int, s, x, w, g, q []float64) {
	for at := range rows * GemmCols64 {
		l := at % GemmCols64
		g[at] = math.FMA(s[l], x[at], g[at])
		q[l] = math.FMA(w[at], x[at], q[l])
	}
}

// Field64 is simd.Kernels.Field64.
func Field64(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64) {
	var x [GemmCols64]float64
	for j := range rows * tiles {
		Gemm64(1, 1, GemmCols64, depth, m[j*ldm:], ldm, 1, w, GemmCols64, x[:], GemmCols64, true)
		Interaction64(1, s, x[:], w[(first+j)*GemmCols64:], g[j*GemmCols64:], q)
	}
}

// Symv64 is simd.Kernels.Symv64.
func Symv64(m int, packed, w, x []float64) {
	const side = 8
	blocks := (m + side - 1) / side
	for j := range blocks * side {
		x[j] = 0
		for k := range m {
			row, col := k, j
			if j/side < k/side {
				row, col = j, k
			}
			above := row / side
			block := above*blocks - above*(above-1)/2 + col/side - above
			x[j] = math.FMA(packed[(block*side+row%side)*side+col%side], w[k], x[j])
		}
	}
}
