package neon

import "fmt"

// An entry of a pair list: offset of a row (in floats), the two values.
const entry = 12

// A span is four words: the first entry, the one after the last, the two results' rows.
const spanBytes = 16

// spread is how many registers of a unit's lanes a pass over pairs holds: two
// chains for each, as many as there is room for beside the row that passes by.
func spread(n int) int {
	if n <= 3 {
		return whole
	}
	return 2
}

// accumulate emits the sums over one pair's entries: acc[0][u] =
// fma(rows[offset][u], first, acc[0][u]), acc[1][u] likewise with second. then, if
// not nil, emits what else is to be done with the row's address.
func (k *kernel) accumulate(label string, rows, at, end greg, acc [2][][]vreg, then func(row greg)) {
	off, x := k.gp(), k.vec()
	g := len(acc[0][0])
	// As much of the row as there is room for is on its way.
	ring := k.vecs(min(len(k.vectors), len(acc[0])*g) &^ 1)
	k.label(label)
	k.emit("MOVWU.P", fmt.Sprintf("%d(%v)", entry, at), off)
	k.emit("FMOVD", fmt.Sprintf("%d(%v)", 4-entry, at), float(x))
	k.plus(off, rows, off, 2)
	for u := range acc[0] {
		for i := 0; i < g; i += 2 {
			v := ring[(u*g+i)%len(ring):][:2]
			k.load(off, u*vec+i*bytes, v)
			for lane := range acc {
				k.mulAddBy(float32s, acc[lane][u][i], v[0], x, lane)
				k.mulAddBy(float32s, acc[lane][u][i+1], v[1], x, lane)
			}
		}
	}
	if then != nil {
		then(off)
	}
	k.emit("CMP", end, at)
	k.emit("BLO", label)
}

// tileBytes returns the bytes from a tile of w to the next.
func (k *kernel) tileBytes() greg {
	n := k.count("w")
	k.emit("LSL", "$2", n, n)
	return n
}

// span loads the bounds of a pair's entries.
func (k *kernel) span(list, spans greg) (at, end greg) {
	at, end = k.gp(), k.gp()
	k.emit("MOVWU", fmt.Sprintf("(%v)", spans), at)
	k.emit("MOVWU", fmt.Sprintf("4(%v)", spans), end)
	for _, p := range []greg{at, end} {
		k.plus(p, p, p, 1)
		k.plus(p, list, p, 2)
	}
	return at, end
}

// result returns the address of one of a pair's two results.
func (k *kernel) result(rows, spans greg, i int) greg {
	at := k.gp()
	k.emit("MOVWU", fmt.Sprintf("%d(%v)", 8+4*i, spans), at)
	k.plus(at, at, at, 2)
	k.plus(at, rows, at, 6) // row = 5 << 6
	return at
}

// chainsOf takes accumulators for two rows of n units of g registers.
func (k *kernel) chainsOf(n, g int) (acc [2][][]vreg) {
	for i := range acc {
		for range n {
			acc[i] = append(acc[i], k.vecs(g))
		}
	}
	return acc
}

func (f *file) imageForward() {
	f.function("ImageForward", "width int, h, w, b []float32, list [][3]uint32, spans [][4]uint32", 0, func(k *kernel) {
		h, w, b, list, all := k.slice("h"), k.slice("w"), k.slice("b"), k.slice("list"), k.slice("spans")
		k.widths(func(n int, prefix string) {
			g := spread(n)
			k.passes(prefix, g, func() {
				spans, left, next := k.copyOf(all), k.count("spans"), k.tileBytes()
				k.emit("CBZ", left, prefix+"_none")
				k.label(prefix + "_pair")
				at, end := k.span(list, spans)
				acc := k.chainsOf(n, g)
				for s := range acc {
					for u, z := range acc[s] {
						k.load(b, u*vec, z)
					}
				}
				k.emit("CMP", end, at)
				k.emit("BHS", prefix+"_relu")
				k.scope(func() {
					// Of each row of the next tile one line, another for the next pair.
					ahead := k.gp()
					k.emit("AND", "$7", left, ahead)
					k.plus(ahead, next, ahead, 6)
					k.accumulate(prefix+"_entry", w, at, end, acc, func(row greg) {
						k.plus(row, row, ahead, 0)
						k.fetch(row, 0, "L2")
					})
				})
				k.label(prefix + "_relu")
				zero := k.zero()
				for s := range acc {
					out := k.result(h, spans, s)
					for u, z := range acc[s] {
						k.relu(z, zero)
						k.store(z, out, u*vec)
					}
				}
				k.advance(spans, spanBytes)
				k.again(left, prefix+"_pair")
				k.label(prefix + "_none")
			}, h, w, b)
		})
	})
}

// relu emits z = z <= 0 ? +0 : z: the greater of -0 and +0 is +0, of a NaN and anything a NaN.
func (k *kernel) relu(z []vreg, zero vreg) {
	for _, v := range z {
		k.op3(fmax32, v, v, zero)
	}
}

func (f *file) imageStep() {
	f.function("ImageStep", "width int, w, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32", 0, func(k *kernel) {
		w, d, list, all, step := k.slice("w"), k.slice("d"), k.slice("list"), k.slice("spans"), k.param("step")
		k.widths(func(n int, prefix string) {
			g := spread(n)
			k.passes(prefix, g, func() {
				spans, left, before := k.copyOf(all), k.count("spans"), k.tileBytes()
				k.emit("CBZ", left, prefix+"_none")
				k.label(prefix + "_pair")
				at, end := k.span(list, spans)
				k.emit("CMP", end, at)
				k.emit("BHS", prefix+"_next")
				acc := k.chainsOf(n, g)
				for s := range acc {
					for _, chain := range acc[s] {
						for _, v := range chain {
							k.clear(v)
						}
					}
				}
				k.scope(func() { k.accumulate(prefix+"_entry", d, at, end, acc, nil) })
				rate, zero := k.vecs(g), k.zero()
				k.load(step, 0, rate)
				for s := range acc {
					out := k.result(w, spans, s)
					for u, chain := range acc[s] {
						k.sgd(out, u*vec, chain, rate, zero)
					}
					// The same row of the tile before: training goes from the last to the first.
					k.emit("SUB", before, out, out)
					for u := range n {
						k.fetch(out, u*vec, "L2")
					}
				}
				k.label(prefix + "_next")
				k.advance(spans, spanBytes)
				k.again(left, prefix+"_pair")
				k.label(prefix + "_none")
			}, w, d, step)
		})
	})
}

// sgd emits w = fma(-step, g + 0, w) for contiguous vectors, which zero may make two by two.
func (k *kernel) sgd(w greg, disp int, g, step []vreg, zero vreg) {
	k.scope(func() {
		v := k.vecs(min(2, len(g)))
		for i := 0; i < len(g); i += len(v) {
			k.load(w, disp+i*bytes, v)
			for j := range v {
				k.op3(fadd32, g[i+j], g[i+j], zero)
				k.mulSub(v[j], g[i+j], step[i+j])
			}
			k.store(v, w, disp+i*bytes)
		}
	})
}
