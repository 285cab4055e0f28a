package spinglass

import (
	"context"

	"github.com/lossglass/lossglass/simd"
)

// A batch evaluates up to batchSize replicas together, so that the couplings are
// unpacked once for all of them. The replicas are distributed to strips.
type batch struct {
	g      *Glass          // set during an evaluation, as ctx is
	ctx    context.Context // ends an evaluation between two matrices
	strips []strip
	active []strip // those that hold replicas

	slab    []float64      // unpacked rows of matrices, at least one row of blocks
	rows    []unpackedRows // what the slab contains
	factor  []float64      // [cols]
	discard []float64      // [cols]: a result that is not needed
}

// A strip is as many replicas as the kernels have columns, cols, side by side. Columns
// without a replica contain zeros. Its matrices are [n][cols]; the names are those of the
// package documentation.
type strip struct {
	w, g  []float64
	inner [][]float64 // for each length of prefix up to p-3: x_j = Q_uj of its extensions
	s     [][]float64 // for each length of prefix up to p-2, [cols]: the product of w over it
	q     []float64   // [cols]: Q of the empty prefix, 2 L
}

// unpackedRows are some rows of the matrix of a full prefix.
type unpackedRows struct {
	last  int // the last index of the prefix
	first int // the first row
	count int
	dense []float64
}

// page is the distance, in numbers, at which a load is delayed by an earlier store
// because their addresses agree modulo 4 KiB. M w, w and g, which are read and
// written side by side, therefore begin at different offsets in a page.
const page = 4096 / 8

// cols returns the number of replicas in a strip.
func (b *batch) cols() int { return b.g.set.Glass.Cols }

func newBatch(set *simd.Set, n int) *batch {
	cols := set.Glass.Cols
	return &batch{slab: make([]float64, slabLen(set, n)), factor: make([]float64, cols), discard: make([]float64, cols)}
}

// slabLen returns the length of a slab.
func slabLen(set *simd.Set, n int) int {
	return max(min(set.Blocks.Couplings, n*denseLen(n)), side*denseStride(n))
}

// reserve makes room for some replicas.
func (b *batch) reserve(replicas int) {
	for len(b.strips) < ceil(replicas, b.cols()) {
		b.strips = append(b.strips, newStrip(b.g.p, b.g.n, b.cols()))
	}
}

// stripPitch returns the distance between the matrices of a strip, and stripLen the length
// of all its numbers.
func stripPitch(n, cols int) int  { return ceil(n*cols, page)*page + page/4 }
func stripLen(p, n, cols int) int { return p*stripPitch(n, cols) + p*cols }

func newStrip(p, n, cols int) strip {
	levels, pitch := p-2, stripPitch(n, cols)
	all := make([]float64, stripLen(p, n, cols))
	take := func(n int) []float64 {
		part := all[:n:n]
		all = all[n:]
		return part
	}
	s := strip{w: take(pitch), g: take(pitch)}
	for range levels {
		s.inner = append(s.inner, take(pitch))
	}
	for range levels + 1 {
		s.s = append(s.s, take(cols))
	}
	for l := range s.s[0] {
		s.s[0][l] = 1
	}
	s.q = take(cols)
	return s
}

// evaluate computes energies and gradients of len(energy) replicas, the first columns of
// w and grad, both [n][ld].
func (b *batch) evaluate(w, grad, energy []float64, ld int, tangent bool) {
	b.active = b.strips[:ceil(len(energy), b.cols())]
	b.load(w, len(energy), ld)
	b.g.walk(b.visit)
	if tangent {
		b.subtractRadial()
	}
	b.store(grad, energy, ld)
}

// load copies the first columns of w [n][ld] to the strips and clears the gradients.
func (b *batch) load(w []float64, count, ld int) {
	cols := b.cols()
	for i, s := range b.active {
		clear(s.g)
		from, n := w[i*cols:], min(cols, count-i*cols)
		if n == cols && cols == b.g.set.Gemm64.Cols { // a panel of B is as wide as a strip
			b.g.set.Gemm64.Panel(b.g.n, s.w, from, ld)
			continue
		}
		for j := range b.g.n {
			row := s.w[j*cols:][:cols]
			copy(row, from[j*ld:][:n])
			clear(row[n:])
		}
	}
}

// store copies the gradients and energies out.
func (b *batch) store(grad, energy []float64, ld int) {
	cols := b.cols()
	for i, s := range b.active {
		to, n := grad[i*cols:], min(cols, len(energy)-i*cols)
		for j := range b.g.n {
			copy(to[j*ld:][:n], s.g[j*cols:])
		}
		for l := range n {
			energy[i*cols+l] = s.q[l] / 2
		}
	}
}

// subtractRadial makes the gradients tangent to the sphere: g_j = fma(-c, w_j, g_j).
func (b *batch) subtractRadial() {
	for _, s := range b.active {
		for l, q := range s.q {
			b.factor[l] = -b.g.radial(q)
		}
		b.g.set.Glass.Interaction(b.g.n, b.factor, s.w, s.w, s.g, b.discard)
	}
}

func (b *batch) visit(s step) {
	switch s.event {
	case enter:
		for i := range b.active {
			b.active[i].multiply(s.length, s.last, b.cols())
		}
	case visitFull:
		b.visitFull(s)
	case leavePrefix:
		b.leavePrefix(s.length, s.last)
	}
}

// multiply sets s for the prefix of the given length and last index.
func (s *strip) multiply(length, last, cols int) {
	shorter, w := s.s[length-1], s.w[last*cols:]
	for l := range s.s[length] {
		s.s[length][l] = shorter[l] * w[l]
	}
}

// result returns the place of Q_u for the prefix of the given length and last index.
func (s *strip) result(length, last, cols int) []float64 {
	if length == 0 {
		return s.q
	}
	return s.inner[length-1][last*cols:][:cols]
}

// leavePrefix computes Q_u of a prefix that is not full from that of its extensions, and
// adds (s/2) Q_uj to the gradients.
func (b *batch) leavePrefix(length, last int) {
	cols := b.cols()
	begin := last * cols
	for i := range b.active {
		s := &b.active[i]
		for l, x := range s.s[length] {
			b.factor[l] = x / 2
		}
		q := s.result(length, last, cols)
		clear(q)
		b.g.set.Glass.Interaction(b.g.n-last, b.factor, s.inner[length][begin:], s.w[begin:], s.g[begin:], q)
	}
}

// visitFull unpacks the matrices of full prefixes, as many rows as the slab can hold at
// a time, and applies them to all strips.
func (b *batch) visitFull(s step) {
	room, packed := b.slab, s.couplings
	for last := s.last; last < s.end; last++ {
		if b.ctx.Err() != nil {
			b.rows = b.rows[:0]
			return
		}
		m := b.g.n - last
		blocks, size := ceil(m, side), side*denseStride(m) // size of a row of blocks
		for first := 0; first < blocks; {
			if len(room) < size {
				b.applyRows(s.length)
				room = b.slab
			}
			end := min(first+len(room)/size, blocks)
			unpack(b.g.set, room, packed[:packedLen(m)], m, first, end)
			b.rows = append(b.rows, unpackedRows{last, first * side, min(end*side, m) - first*side, room})
			room = room[(end-first)*size:]
			first = end
		}
		packed = packed[packedLen(m):]
	}
	b.applyRows(s.length)
}

// applyRows applies the rows in the slab to all strips and empties it: it computes
// x = M w for the rows of each matrix, in tiles of nearly equal height, and adds s x to the
// gradients and w x to Q_u. The matrices are of full prefixes, whose length is given.
func (b *batch) applyRows(length int) {
	kernels, cols := &b.g.set.Glass, b.cols()
	for i := range b.active {
		s := &b.active[i]
		for _, r := range b.rows {
			factor, q := s.fullFactor(length, r.last, cols), s.result(length, r.last, cols)
			if r.first == 0 {
				clear(q)
			}
			m := b.g.n - r.last
			w, g := s.w[r.last*cols:], s.g[(r.last+r.first)*cols:]
			stride, tiles := denseStride(m), ceil(r.count, kernels.Rows)
			rows, taller := r.count/tiles, r.count%tiles // so many tiles have one row more
			if taller > 0 {
				kernels.Field(rows+1, taller, m, r.first, r.dense, stride, w, factor, g, q)
			}
			done := taller * (rows + 1)
			kernels.Field(rows, tiles-taller, m, r.first+done, r.dense[done*stride:], stride, w, factor, g[done*cols:], q)
		}
	}
	b.rows = b.rows[:0]
}

// fullFactor returns s for the full prefix with the given last index.
func (s *strip) fullFactor(length, last, cols int) []float64 {
	switch length {
	case 0:
		return s.s[0]
	case 1:
		return s.w[last*cols:][:cols] // the product of one factor
	}
	s.multiply(length, last, cols)
	return s.s[length]
}
