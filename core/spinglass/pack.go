package spinglass

import "github.com/lossglass/lossglass/simd"

// The matrix M of a prefix, m x m, is stored as the square blocks of its upper
// triangle, row of blocks by row of blocks; a block is 64 numbers row by row,
// those on the diagonal are stored whole, and what lies beyond m is zero.
const (
	side  = 8
	block = side * side
)

func ceil(n, unit int) int { return (n + unit - 1) / unit }

// packedLen returns the length of a packed matrix of order m.
func packedLen(m int) int {
	blocks := ceil(m, side)
	return blocks * (blocks + 1) / 2 * block
}

// at returns where element j <= k of a packed matrix of order m stands.
func at(m, j, k int) int {
	blocks, row, col := ceil(m, side), j/side, k/side
	return (row*blocks-row*(row-1)/2+col-row)*block + j%side*side + k%side
}

// strideOf returns the distance of the rows of an unpacked matrix of order m: an
// odd number of cache lines, so that rows do not collide in the first cache.
func strideOf(m int) int { return (ceil(m, side) | 1) * side }

// denseLen returns how much room a matrix of order m takes unpacked, whole blocks.
func denseLen(m int) int { return ceil(m, side) * side * strideOf(m) }

// unpack writes the rows of a packed matrix of order m that are in the rows of
// blocks first, ..., last-1, whole blocks of them strideOf(m) apart. It reads the
// packed matrix in order.
func unpack(k *simd.Kernels, dense, packed []float64, m, first, last int) {
	blocks, stride := ceil(m, side), strideOf(m)
	for row := range last {
		// What lies left of the diagonal in the rows below this one.
		from := packed[at(m, row*side, max(row, first)*side):]
		for col := max(row, first); col < last; col++ {
			if col > row {
				k.Transpose64(side, side, dense[(col-first)*side*stride+row*side:], stride, from, side)
			}
			from = from[block:]
		}
		if row < first {
			continue
		}
		to, from := dense[(row-first)*side*stride:], packed[at(m, row*side, row*side):]
		for col := row; col < blocks; col++ {
			for r := range side {
				v := *(*[side]float64)(from[r*side:])
				*(*[side]float64)(to[r*stride+col*side:]) = v
			}
			from = from[block:]
		}
	}
}

// A visitor is told of the prefixes of a glass.
type visitor interface {
	// enter tells of a prefix of that length, which ends in i.
	enter(length, i int)
	// matrices tells of the longest prefixes that end in from, ..., to-1 and differ
	// in nothing else.
	matrices(from, to int)
	// leave tells that all longer ones have been told of.
	leave(length, i int)
}

// walk tells of all prefixes, in lexicographic order.
func (g *Glass) walk(v visitor) {
	if g.p == 2 {
		v.matrices(0, 1)
		return
	}
	g.walkFrom(0, 0, v)
}

func (g *Glass) walkFrom(length, a int, v visitor) {
	if length == g.p-3 {
		v.matrices(a, g.n)
	} else {
		for i := a; i < g.n; i++ {
			v.enter(length+1, i)
			g.walkFrom(length+1, i, v)
		}
	}
	v.leave(length, a)
}

// A prefix is p-2 sorted indices and the packed matrix that belongs to them.
type prefix struct {
	u      []int
	a      int // the last of them, 0 if there are none
	packed []float64
}

// longest calls visit for each longest prefix, in lexicographic order.
func (g *Glass) longest(visit func(prefix)) {
	u := &prefixes{g: g, at: prefix{u: make([]int, g.p-2)}, rest: g.couplings, visit: visit}
	g.walk(u)
}

// prefixes is the visitor of longest.
type prefixes struct {
	g     *Glass
	at    prefix
	rest  []float64
	visit func(prefix)
}

func (v *prefixes) enter(length, i int) { v.at.u[length-1] = i }

func (v *prefixes) matrices(from, to int) {
	for v.at.a = from; v.at.a < to; v.at.a++ {
		if len(v.at.u) > 0 {
			v.at.u[len(v.at.u)-1] = v.at.a
		}
		size := packedLen(v.g.n - v.at.a)
		v.at.packed, v.rest = v.rest[:size], v.rest[size:]
		v.visit(v.at)
	}
}

func (v *prefixes) leave(int, int) {}

// fill draws all couplings.
func (g *Glass) fill(from source) {
	g.couplings = zeros(int(couplingBytes(g.p, g.n) / 8))
	t := make([]int, g.p)
	g.longest(func(u prefix) {
		copy(t, u.u)
		m := g.n - u.a
		for j := range m {
			for k := j; k < m; k++ {
				t[g.p-2], t[g.p-1] = u.a+j, u.a+k
				x := from(t)
				if j == k {
					x *= 2
				}
				u.packed[at(m, j, k)] = x
				if j/side == k/side {
					u.packed[at(m, k, j)] = x
				}
			}
		}
	})
}

// product returns the product of w over the prefix but for two positions, or -1.
func (u prefix) product(w []float64, x, y int) float64 {
	s := 1.0
	for at, i := range u.u {
		if at != x && at != y {
			s *= w[i]
		}
	}
	return s
}
