package spinglass

import "github.com/lossglass/lossglass/simd"

// A batch evaluates replicas side by side, in strips as wide as a tile of the
// matrix product: what a strip reads and writes then stays in the first caches,
// row after row. Columns without a replica hold zeros.
type batch struct {
	*simd.Kernels
	n, cols  int
	most     int // replicas at a time
	pitch    int // numbers from a strip to the next
	replicas int // at hand

	dense   []float64 // M
	strips  []float64 // [strip] of w and g in turn, each [n][cols]
	mw      []float64 // [n][cols]: W of one strip
	energy  []float64 // [strip][cols]
	h, s, t []float64 // [cols]
	unused  []float64
}

// page is how many numbers span what a CPU takes for the same address in a store
// and a load after it: W, w and g run side by side a quarter of that apart.
const page = 4096 / 8

// batch returns a batch that is not in use.
func (g *Glass) batch() *batch {
	if b, ok := g.batches.Get().(*batch); ok {
		return b
	}
	k := g.kernels
	b := &batch{Kernels: k, n: g.n, cols: k.GemmCols64}
	b.pitch = pitch(g.n, b.cols)
	b.most = atOnce(g.n)
	strips := b.most / b.cols
	rest := make([]float64, 2*strips*b.pitch+page/4+g.n*b.cols+strips*b.cols+4*b.cols)
	take := func(n int) []float64 {
		part := rest[:n:n]
		rest = rest[n:]
		return part
	}
	b.strips = take(2 * strips * b.pitch)
	take(page / 4)
	b.mw = take(g.n * b.cols)
	b.energy = take(strips * b.cols)
	b.h, b.s, b.t, b.unused = take(b.cols), take(b.cols), take(b.cols), take(b.cols)
	b.dense = make([]float64, denseLen(g.n))
	return b
}

func pitch(n, cols int) int { return ceil(n*cols+page/2, page)*page - page/2 }

// atOnce returns how many replicas are evaluated at a time: many, for that the
// couplings are unpacked but once, and few, for that they stay in the second cache.
func atOnce(n int) int {
	const room = 1 << 20
	return min(max(room/(16*n)&^63, 128), 1024)
}

// load copies count replicas, the first of them r, from w [n][ld].
func (b *batch) load(w []float64, r, count, ld int) {
	b.replicas = count
	for first := 0; first < count; first += b.cols {
		to, cols := b.w(first/b.cols), min(b.cols, count-first)
		for j := range b.n {
			row := to[j*b.cols:][:b.cols]
			copy(row, w[j*ld+r+first:][:cols])
			clear(row[cols:])
		}
	}
}

// store copies the gradients and energies out.
func (b *batch) store(grad, energy []float64, r, ld int) {
	copy(energy[r:], b.energy[:b.replicas])
	for first := 0; first < b.replicas; first += b.cols {
		from, cols := b.g(first/b.cols), min(b.cols, b.replicas-first)
		for j := range b.n {
			copy(grad[j*ld+r+first:][:cols], from[j*b.cols:])
		}
	}
}

// w returns the points of a strip.
func (b *batch) w(strip int) []float64 { return b.strips[2*strip*b.pitch:][:b.n*b.cols] }

// g returns the gradients of a strip.
func (b *batch) g(strip int) []float64 { return b.strips[(2*strip+1)*b.pitch:][:b.n*b.cols] }

// evaluate computes the gradients and energies of the replicas at hand.
func (b *batch) evaluate(g *Glass) {
	strips := ceil(b.replicas, b.cols)
	for s := range strips {
		clear(b.g(s))
	}
	clear(b.energy)
	g.prefixes(func(u prefix) {
		m := b.n - u.a
		unpack(b.Kernels, b.dense, u.packed, m)
		for s := range strips {
			b.interact(u, m, s)
		}
	})
}

// interact adds what the couplings of a prefix, unpacked, give to a strip.
func (b *batch) interact(u prefix, m, strip int) {
	w, g := b.w(strip), b.g(strip)
	from := u.a * b.cols
	b.product(m, w[from:])
	b.Interaction64(m, b.factors(b.s, w, u.u, -1), b.mw[from:], w[from:], g[from:], b.h, b.energy[strip*b.cols:])
	for x, i := range u.u {
		// The same with a single row: g += h times the other factors.
		b.Interaction64(1, b.factors(b.t, w, u.u, x), b.h, b.h, g[i*b.cols:], b.unused, b.unused)
	}
}

// product computes W = M w of the last m spins of a strip, in tiles of nearly equal height.
func (b *batch) product(m int, w []float64) {
	tiles, stride := ceil(m, b.GemmRows), strideOf(m)
	rows, more := m/tiles, m%tiles
	mw := b.mw[(b.n-m)*b.cols:]
	if more > 0 {
		b.Gemm64(rows+1, more, b.cols, m, b.dense, stride, 1, w, b.cols, mw, b.cols, true)
	}
	done := more * (rows + 1)
	b.Gemm64(rows, tiles-more, b.cols, m, b.dense[done*stride:], stride, 1, w, b.cols, mw[done*b.cols:], b.cols, true)
}

// factors returns, for each column, the product of w over the indices u but for
// the one at position skip; it may use to.
func (b *batch) factors(to, w []float64, u []int, skip int) []float64 {
	if len(u) == 1 && skip < 0 {
		return w[u[0]*b.cols:]
	}
	for l := range b.cols {
		s := 1.0
		for x, i := range u {
			if x != skip {
				s *= w[i*b.cols+l]
			}
		}
		to[l] = s
	}
	return to[:b.cols]
}
