package spinglass

import (
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/glass"
)

// The symmetric matrix M of a full prefix, of order m, is packed as the kernel Symv takes
// it: the blocks of its upper triangle, one row of blocks after the other, each row-major.
// Blocks on the diagonal are stored in full, and elements beyond row or column m are zero.
const (
	side     = glass.Block // rows and columns of a block
	blockLen = side * side
)

// ceil returns n/unit rounded up.
func ceil(n, unit int) int { return (n + unit - 1) / unit }

// packedLen returns the length of a packed matrix of order m.
func packedLen(m int) int {
	blocks := ceil(m, side)
	return blocks * (blocks + 1) / 2 * blockLen
}

// packedIndex returns the index of element j, k with j <= k in a packed matrix of order m.
func packedIndex(m, j, k int) int {
	blocks, row, col := ceil(m, side), j/side, k/side
	return (row*blocks-row*(row-1)/2+col-row)*blockLen + j%side*side + k%side
}

// denseStride returns the distance between the rows of an unpacked matrix of order m:
// an odd number of cache lines, so that consecutive rows use different sets of the
// first-level cache.
func denseStride(m int) int { return (ceil(m, side) | 1) * side }

// denseLen returns the length of an unpacked matrix of order m, in full blocks.
func denseLen(m int) int { return ceil(m, side) * side * denseStride(m) }

// unpack writes some rows of a packed matrix of order m to dense: those in the rows of
// blocks first, ..., last-1, in full blocks, denseStride(m) apart. It reads the packed
// matrix once, in ascending order.
func unpack(set *simd.Set, dense, packed []float64, m, first, last int) {
	blocks, stride := ceil(m, side), denseStride(m)
	for row := range last {
		// The blocks of this row that lie in the wanted columns are, transposed, the
		// blocks left of the diagonal in the wanted rows below.
		from := packed[packedIndex(m, row*side, max(row, first)*side):]
		for col := max(row, first); col < last; col++ {
			if col > row {
				set.Gemm64.Transpose(side, side, dense[(col-first)*side*stride+row*side:], stride, from, side)
			}
			from = from[blockLen:]
		}
		if row < first {
			continue
		}
		to, from := dense[(row-first)*side*stride:], packed[packedIndex(m, row*side, row*side):]
		for col := row; col < blocks; col++ {
			for r := range side {
				v := *(*[side]float64)(from[r*side:])
				*(*[side]float64)(to[r*stride+col*side:]) = v
			}
			from = from[blockLen:]
		}
	}
}
