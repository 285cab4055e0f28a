package spinglass

import "github.com/lossglass/lossglass/simd"

// A strip is as many replicas as a tile of the matrix product has columns, side
// by side; columns without a replica hold zeros. Its matrices are [n][cols].
type strip struct {
	w, g []float64
	x    [][]float64 // for each level of prefixes: what their longer ones gave
	s    [][]float64 // for each level, [cols]: the product of w over the prefix
	q    []float64   // [cols]: twice the energy
}

// A batch evaluates up to atOnce replicas, strip by strip.
type batch struct {
	*simd.Kernels
	g      *Glass
	strips []strip
	count  int // replicas at hand

	slab   []float64 // matrices, or some of their rows, unpacked
	panels []panel   // what is in the slab
	f      []float64 // [cols]
	unused []float64 // [cols]
	rest   []float64 // the couplings of the prefixes still to come
}

const (
	// atOnce is how many replicas the couplings are unpacked for at a time.
	atOnce = 1024
	// slabLen is how many unpacked couplings all strips pass by before the next are
	// unpacked: half of a usual second cache, so that the strips come from afar
	// seldom and the couplings never.
	slabLen = 1024 << 10 / 8
	// page is how many numbers span what a CPU takes for the same address in a load
	// after a store. W, w and g, passed side by side, start at different parts of it.
	page = 4096 / 8
)

// batch returns a batch that is not in use, for so many replicas or more.
func (g *Glass) batch(replicas int) *batch {
	b, ok := g.batches.Get().(*batch)
	if !ok {
		b = &batch{Kernels: g.kernels, g: g, slab: make([]float64, max(slabLen, side*strideOf(g.n)))}
		b.f, b.unused = make([]float64, b.GemmCols64), make([]float64, b.GemmCols64)
	}
	for len(b.strips) < ceil(min(replicas, atOnce), b.GemmCols64) {
		b.strips = append(b.strips, newStrip(g, b.GemmCols64))
	}
	return b
}

func newStrip(g *Glass, cols int) strip {
	levels, pitch := g.p-2, ceil(g.n*cols, page)*page+page/4
	all := make([]float64, (2+levels)*pitch+g.p*cols)
	take := func(n int) []float64 {
		part := all[:n:n]
		all = all[n:]
		return part
	}
	s := strip{w: take(pitch), g: take(pitch)}
	for range levels {
		s.x = append(s.x, take(pitch))
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

// used returns the strips at hand.
func (b *batch) used() []strip { return b.strips[:ceil(b.count, b.GemmCols64)] }

// load copies count replicas, the first of them r, from w [n][ld].
func (b *batch) load(w []float64, r, count, ld int) {
	b.count = count
	cols := b.GemmCols64
	for i, s := range b.used() {
		from, n := w[r+i*cols:], min(cols, count-i*cols)
		if n == cols {
			b.Panel64(b.g.n, s.w, from, ld)
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
func (b *batch) store(grad, energy []float64, r, ld int) {
	cols := b.GemmCols64
	for i, s := range b.used() {
		to, n := grad[r+i*cols:], min(cols, b.count-i*cols)
		for j := range b.g.n {
			copy(to[j*ld:][:n], s.g[j*cols:])
		}
		for l := range n {
			energy[r+i*cols+l] = s.q[l] / 2
		}
	}
}

// evaluate computes the gradients and energies of the replicas at hand.
func (b *batch) evaluate() {
	for _, s := range b.used() {
		clear(s.g)
	}
	b.rest = b.g.couplings
	b.g.walk(b)
}

// tangent takes the radial parts from the gradients.
func (b *batch) tangent() {
	for i := range b.used() {
		s := &b.strips[i]
		for l, q := range s.q {
			b.f[l] = -b.g.radial(q)
		}
		b.Interaction64(b.g.n, b.f, s.w, s.w, s.g, b.unused)
	}
}

// enter sets the product of w over the prefix of that length, which ends in i.
func (b *batch) enter(length, i int) {
	for _, s := range b.used() {
		from, w := s.s[length-1], s.w[i*b.GemmCols64:]
		for l := range s.s[length] {
			s.s[length][l] = from[l] * w[l]
		}
	}
}

// leave adds up what the longer ones of the prefix of that length gave.
func (b *batch) leave(length, a int) {
	cols := b.GemmCols64
	from := a * cols
	for i := range b.used() {
		s := &b.strips[i]
		for l, x := range s.s[length] {
			b.f[l] = x / 2
		}
		q := s.result(length, from, cols)
		clear(q)
		b.Interaction64(b.g.n-a, b.f, s.x[length][from:], s.w[from:], s.g[from:], q)
	}
}

// result returns where the result of a prefix of that length goes, whose last
// index stands in the row that begins at from.
func (s *strip) result(length, from, cols int) []float64 {
	if length == 0 {
		return s.q
	}
	return s.x[length-1][from:][:cols]
}

// A panel is rows of the matrix of a prefix, unpacked.
type panel struct {
	a     int // the last index of the prefix
	first int // row
	rows  int
	dense []float64
}

// matrices evaluates the prefixes of full length that end in from, ..., to-1 and
// differ in nothing else.
func (b *batch) matrices(from, to int) {
	room := b.slab
	for a := from; a < to; a++ {
		m := b.g.n - a
		packed := b.rest[:packedLen(m)]
		b.rest = b.rest[len(packed):]
		blocks, size := ceil(m, side), side*strideOf(m) // of a row of blocks
		for first := 0; first < blocks; {
			if len(room) < size {
				b.flush()
				room = b.slab
			}
			last := min(first+len(room)/size, blocks)
			unpack(b.Kernels, room, packed, m, first, last)
			b.panels = append(b.panels, panel{a, first * side, min(last*side, m) - first*side, room})
			room = room[(last-first)*size:]
			first = last
		}
	}
	b.flush()
}

// flush lets all strips pass by the slab.
func (b *batch) flush() {
	cols, length := b.GemmCols64, b.g.p-2
	for i := range b.used() {
		s := &b.strips[i]
		for _, p := range b.panels {
			q := s.result(length, p.a*cols, cols)
			if p.first == 0 {
				clear(q)
			}
			b.field(p, s, s.factor(length, p.a, cols), q)
		}
	}
	b.panels = b.panels[:0]
}

// factor returns the product of w over the prefix of full length that ends in i.
func (s *strip) factor(length, i, cols int) []float64 {
	if length == 0 {
		return s.s[0]
	}
	w := s.w[i*cols:][:cols]
	if length == 1 {
		return w // times 1
	}
	for l, x := range s.s[length-1] {
		s.s[length][l] = x * w[l]
	}
	return s.s[length]
}

// field lets a panel act on a strip, in tiles of nearly equal height.
func (b *batch) field(p panel, s *strip, factor, q []float64) {
	m, cols := b.g.n-p.a, b.GemmCols64
	w, g := s.w[p.a*cols:], s.g[(p.a+p.first)*cols:]
	stride, tiles := strideOf(m), ceil(p.rows, b.GemmRows)
	rows, more := p.rows/tiles, p.rows%tiles
	if more > 0 {
		b.Field64(rows+1, more, m, p.first, p.dense, stride, w, factor, g, q)
	}
	done := more * (rows + 1)
	b.Field64(rows, tiles-more, m, p.first+done, p.dense[done*stride:], stride, w, factor, g[done*cols:], q)
}
