package neon

import "fmt"

const (
	// block is how many samples (or inputs) share a tile's weights in the dense
	// kernels: tile x block accumulators, plus operands, fill the registers.
	block = 5
	// chunk is how many samples' deltas and activations stay in a first-level
	// cache of 32 KiB while a gradient passes over them several times.
	chunk = 32
)

// wide is how many registers of a unit's lanes a pass over a tile of n units holds.
func wide(n int) int {
	if n <= 2 {
		return 2
	}
	return 1
}

// A product is one dense kernel's inner loop: acc[m][u] = fma(a[k][u], b[k][m], acc[m][u])
// for k ascending, over tiles of five k.
type product struct {
	aUnit, bUnit int // bytes from one u, or m, to the next
}

// sums takes accumulators for m times n vectors of g registers.
func (k *kernel) sums(m, n, g int) [][][]vreg {
	acc := make([][][]vreg, m)
	for i := range acc {
		for range n {
			acc[i] = append(acc[i], k.vecs(g))
		}
	}
	return acc
}

// each runs body for every accumulator, which stands i*row + u*vec from a pointer.
func each(acc [][][]vreg, body func(v []vreg, disp int)) {
	for i := range acc {
		for u, v := range acc[i] {
			body(v, i*row+u*vec)
		}
	}
}

// multiply emits one k of the product. All b stay in registers, the a pass
// through what is left of them.
func (k *kernel) multiply(p product, a, b greg, acc [][][]vreg) {
	k.scope(func() {
		g := len(acc[0][0])
		x := make([][]vreg, len(acc))
		for i := range x {
			x[i] = k.vecs(g)
		}
		ring := k.vecs(min(len(k.vectors)/g, len(acc[0])) * g)
		next := func(u int) []vreg { return ring[u*g%len(ring):][:g] }
		k.load(a, 0, next(0))
		for i := range x {
			k.load(b, i*p.bUnit, x[i])
		}
		for u := range acc[0] {
			v := next(u)
			if u > 0 {
				k.load(a, u*p.aUnit, v)
			}
			for i := range x {
				for j := range v {
					k.mulAdd(acc[i][u][j], v[j], x[i][j])
				}
			}
		}
	})
}

// forward: z[s][u] = fma(h[s][j], w[j][u], z[s][u]), j ascending.
func (f *file) forward() {
	f.function("Forward", "width int, z, w, h []float32, samples, inputs, hStride int", 0, func(k *kernel) {
		z, w, h := k.slice("z"), k.slice("w"), k.slice("h")
		k.widths(func(n int, prefix string) {
			g := wide(n)
			k.passes(prefix, g, func() {
				out, in, left := k.copyOf(z), k.copyOf(h), k.param("samples")
				k.blocks(prefix, block, left, func(m int, p string) {
					acc := k.sums(m, n, g)
					each(acc, func(v []vreg, disp int) { k.load(out, disp, v) })
					a, b, inputs := k.copyOf(w), k.copyOf(in), k.param("inputs")
					k.acrossTiles(p+"_k", inputs, func() {
						k.multiply(product{aUnit: vec, bUnit: row}, a, b, acc)
						k.advance(a, row)
					}, stride{b, "hStride"})
					each(acc, func(v []vreg, disp int) { k.store(v, out, disp) })
					k.advance(out, m*row)
					k.advance(in, m*row)
				})
			}, z, w, h)
		})
	})
}

// backward: d[s][u] = sum over outputs c ascending of delta[s][c] * w[u][c], gated by h[s][u] > 0.
func (f *file) backward() {
	f.function("Backward", "width int, d, h, w, delta []float32, samples, outputs, wStride, deltaStride int", 0, func(k *kernel) {
		d, h, w, delta := k.slice("d"), k.slice("h"), k.slice("w"), k.slice("delta")
		k.widths(func(n int, prefix string) {
			g := wide(n)
			k.passes(prefix, g, func() {
				out, act, del, left := k.copyOf(d), k.copyOf(h), k.copyOf(delta), k.param("samples")
				k.blocks(prefix, block, left, func(m int, p string) {
					acc := k.sums(m, n, g)
					each(acc, func(v []vreg, _ int) { k.clearAll(v) })
					a, b, outputs := k.copyOf(w), k.copyOf(del), k.param("outputs")
					k.acrossTiles(p+"_k", outputs, func() {
						k.multiply(product{aUnit: row, bUnit: row}, a, b, acc)
					}, stride{a, "wStride"}, stride{b, "deltaStride"})
					gate := k.vecs(g)
					each(acc, func(v []vreg, disp int) {
						k.load(act, disp, gate)
						for i := range v {
							k.op2(positive, gate[i], gate[i])
							k.and(v[i], v[i], gate[i])
						}
						k.store(v, out, disp)
					})
					for _, r := range []greg{out, act, del} {
						k.advance(r, m*row)
					}
				})
			}, d, h, w, delta)
		})
	})
}

func (k *kernel) clearAll(v []vreg) {
	for _, r := range v {
		k.clear(r)
	}
}

// A stride is a pointer that walks over the units of tiles, and the parameter
// that says how many floats apart the tiles begin.
type stride struct {
	p    greg
	name string
}

// acrossTiles emits body for each of the units that the pointers walk over.
func (k *kernel) acrossTiles(label string, left greg, body func(), pointers ...stride) {
	inTile := k.gp()
	k.emit("MOVD", fmt.Sprintf("$%d", tile), inTile)
	k.label(label)
	k.scope(body)
	for _, s := range pointers {
		k.advance(s.p, vec)
	}
	k.emit("SUBS", "$1", left, left)
	k.emit("BEQ", label+"_end")
	k.again(inTile, label)
	k.emit("MOVD", fmt.Sprintf("$%d", tile), inTile)
	for _, s := range pointers {
		k.scope(func() {
			// From just behind one tile to the next.
			by := k.param(s.name)
			k.plus(s.p, s.p, by, 2)
			k.emit("SUB", fmt.Sprintf("$%d", row), s.p, s.p)
		})
	}
	k.emit("B", label)
	k.label(label + "_end")
}

// step: g[j][u] = sum over samples ascending of delta[s][u] * h[s][j]; w[j][u] = fma(-step, g + 0, w[j][u]).
//
// The rows of delta and h are read once for each block of inputs and each pass,
// so the chains go over chunk samples at a time, which stay in the first-level
// cache, and wait between chunks on the stack.
func (f *file) step() {
	const locals = tile * row
	f.function("Step", "width int, w, delta, h []float32, samples, inputs int, step *[16]float32", locals, func(k *kernel) {
		delta, h := k.slice("delta"), k.slice("h")
		chains := k.gp()
		k.emit("MOVD", fmt.Sprintf("$chains-%d(SP)", locals), chains)
		k.widths(func(n int, prefix string) {
			k.clearChains(chains, n)
			left, now := k.param("samples"), k.gp()
			k.label(prefix + "_chunk")
			k.emit("MOVD", fmt.Sprintf("$%d", chunk), now)
			k.emit("CMP", now, left)
			k.emit("CSEL", "LT", left, now, now)
			k.gradient(prefix, n, chains, delta, h, now)
			k.emit("SUB", now, left, left)
			k.scope(func() {
				// row = 5 << 6
				of5 := k.gp()
				k.plus(of5, now, now, 2)
				for _, p := range []greg{delta, h} {
					k.plus(p, p, of5, 6)
				}
			})
			k.emit("CBNZ", left, prefix+"_chunk")
			k.update(prefix, n, chains)
		})
	})
}

// clearChains sets the chains of a tile of n units to +0.
func (k *kernel) clearChains(chains greg, n int) {
	k.scope(func() {
		at, zero := k.copyOf(chains), k.zero()
		for range tile {
			for disp := 0; disp < n*vec; disp += 2 * bytes {
				k.store([]vreg{zero, zero}, at, disp)
			}
			k.advance(at, row)
		}
	})
}

// gradient lets the chains go on over some samples.
func (k *kernel) gradient(prefix string, n int, chains, delta, h, samples greg) {
	k.scope(func() {
		first, last, at := k.copyOf(delta), k.copyOf(h), k.copyOf(chains)
		g := wide(n)
		k.passes(prefix+"_gradient", g, func() {
			sum, in, left := k.copyOf(at), k.copyOf(last), k.param("inputs")
			k.blocks(prefix, block, left, func(m int, p string) {
				acc := k.sums(m, n, g)
				each(acc, func(v []vreg, disp int) { k.load(sum, disp, v) })
				a, b, count := k.copyOf(first), k.copyOf(in), k.copyOf(samples)
				k.label(p + "_k")
				k.multiply(product{aUnit: vec, bUnit: vec}, a, b, acc)
				k.advance(a, row)
				k.advance(b, row)
				k.again(count, p+"_k")
				each(acc, func(v []vreg, disp int) { k.store(v, sum, disp) })
				k.advance(sum, m*row)
				k.advance(in, m*vec)
			})
		}, first, last, at)
	})
}

// update takes the SGD step with the finished chains.
func (k *kernel) update(prefix string, n int, chains greg) {
	k.scope(func() {
		from, to, left, step := k.copyOf(chains), k.slice("w"), k.param("inputs"), k.param("step")
		rate, zero, g := k.vecs(whole), k.zero(), k.vecs(whole)
		k.load(step, 0, rate)
		k.label(prefix + "_row")
		for u := range n {
			k.load(from, u*vec, g)
			k.sgd(to, u*vec, g, rate, zero)
		}
		k.advance(from, row)
		k.advance(to, row)
		k.again(left, prefix+"_row")
	})
}

// biasStep: g[u] = sum over samples ascending of d[s][u], plain adds; b[u] = fma(-step, g, b[u]).
func (f *file) biasStep() {
	f.function("BiasStep", "width int, b, d []float32, samples int, step *[16]float32", 0, func(k *kernel) {
		b, in, left, step := k.slice("b"), k.slice("d"), k.param("samples"), k.param("step")
		k.widths(func(n int, prefix string) {
			g := k.sums(1, n, whole)[0]
			for u := range g {
				k.clearAll(g[u])
			}
			v := k.vecs(whole)
			k.label(prefix + "_sample")
			for u := range g {
				k.load(in, u*vec, v)
				for i := range v {
					k.op3(fadd32, g[u][i], g[u][i], v[i])
				}
			}
			k.advance(in, row)
			k.again(left, prefix+"_sample")
			rate := k.vecs(whole)
			k.load(step, 0, rate)
			for u := range g {
				k.load(b, u*vec, v)
				for i := range v {
					k.mulSub(v[i], g[u][i], rate[i])
				}
				k.store(v, b, u*vec)
			}
		})
	})
}
