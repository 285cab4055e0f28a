package glass

import "math"

// Generic returns the portable kernels with tiles of the given size. They are the
// executable specification of the contract for every instruction set with tiles of that
// size, and what runs on CPUs for which there is no assembly. The portable Field itself
// has no limit on its rows.
func Generic(rows, cols int) Kernels {
	k := columns(cols)
	return Kernels{Rows: rows, Cols: cols, Interaction: k.interaction, Field: k.field, Symv: symv}
}

// columns is the number of replicas in a row.
type columns int

func (cols columns) interaction(rows int, s, x, w, g, q []float64) {
	for j := range rows {
		for l := range int(cols) {
			at := j*int(cols) + l
			g[at] = math.FMA(s[l], x[at], g[at])
			q[l] = math.FMA(w[at], x[at], q[l])
		}
	}
}

func (cols columns) field(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64) {
	n := int(cols)
	x := make([]float64, n)
	for j := range rows * tiles {
		for l := range x {
			x[l] = 0
			for k := range depth {
				x[l] = math.FMA(m[j*ldm+k], w[k*n+l], x[l])
			}
		}
		cols.interaction(1, s, x, w[(first+j)*n:], g[j*n:], q)
	}
}

func symv(m int, packed, w, x []float64) {
	blocks := (m + Block - 1) / Block
	for j := range blocks * Block {
		x[j] = 0
		for k := range m {
			row, col := k, j
			if j/Block < k/Block {
				row, col = j, k
			}
			above := row / Block
			block := above*blocks - above*(above-1)/2 + col/Block - above
			x[j] = math.FMA(packed[(block*Block+row%Block)*Block+col%Block], w[k], x[j])
		}
	}
}
