package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A product is one dense kernel's inner loop: acc[m][u] = fma(a[k][u], b[k][m], acc[m][u])
// for k ascending, over tiles of five k.
type product struct {
	aUnit, bUnit int // bytes from one u, or m, to the next
	aStep, bStep int // bytes from one k to the next within a tile
}

// fma emits one k of the product.
func (t target) fma(p product, a, b Register, acc [][]VecVirtual) {
	n, m := len(acc[0]), len(acc)
	if m == 1 {
		x := t.vec()
		VMOVUPS(Mem{Base: b}, x)
		for u := 0; u < n; u++ {
			VFMADD231PS(Mem{Base: a, Disp: u * p.aUnit}, x, acc[0][u])
		}
		return
	}
	// The smaller side stays in registers, the other passes through one.
	x := t.vecs(m)
	for i := range x {
		VMOVUPS(Mem{Base: b, Disp: i * p.bUnit}, x[i])
	}
	v := t.vec()
	for u := 0; u < n; u++ {
		VMOVUPS(Mem{Base: a, Disp: u * p.aUnit}, v)
		for i := range x {
			VFMADD231PS(v, x[i], acc[i][u])
		}
	}
}

func (t target) accumulators(m, n int) [][]VecVirtual {
	acc := make([][]VecVirtual, m)
	for i := range acc {
		acc[i] = t.vecs(n)
	}
	return acc
}

// blocks emits body for blocks of t.block of the count things, then one at a time.
// body must advance its pointers by m things.
func (t target) blocks(prefix string, count Register, body func(m int, prefix string)) {
	for _, m := range []int{t.block, 1} {
		p := fmt.Sprintf("%s_by%d", prefix, m)
		CMPQ(count, Imm(uint64(m)))
		JLT(LabelRef(p + "_end"))
		Label(p)
		body(m, p)
		SUBQ(Imm(uint64(m)), count)
		CMPQ(count, Imm(uint64(m)))
		JGE(LabelRef(p))
		Label(p + "_end")
	}
}

// forward: z[s][u] = fma(h[s][j], w[j][u], z[s][u]), j ascending.
func (t target) forward() {
	TEXT("Forward", NOSPLIT, "func(width int, z, w, h []float32, samples, inputs, hStride int)")
	Doc("Forward is simd.Kernels.Forward.")
	width, z, w, h := param("width"), slice("z"), slice("w"), slice("h")
	widths(width, func(n int, prefix string) {
		t.passes(prefix, func() {
			out, in, left := copyOf(z), copyOf(h), param("samples")
			t.blocks(prefix, left, func(m int, p string) {
				acc := t.accumulators(m, n)
				for s := range acc {
					for u := range acc[s] {
						VMOVUPS(Mem{Base: out, Disp: s*row + u*vec}, acc[s][u])
					}
				}
				a, b := copyOf(w), copyOf(in)
				inTiles(p+"_k", param("inputs"), func() {
					t.fma(product{aUnit: vec, bUnit: row}, a, b, acc)
					advance(a, row)
					advance(b, vec)
				}, func() { nextTile(b, "hStride") })
				for s := range acc {
					for u := range acc[s] {
						VMOVUPS(acc[s][u], Mem{Base: out, Disp: s*row + u*vec})
					}
				}
				advance(out, m*row)
				advance(in, m*row)
			})
		}, z, w, h)
	})
}

// backward: d[s][u] = sum over outputs c ascending of delta[s][c] * w[u][c], gated by h[s][u] > 0.
func (t target) backward() {
	TEXT("Backward", NOSPLIT, "func(width int, d, h, w, delta []float32, samples, outputs, wStride, deltaStride int)")
	Doc("Backward is simd.Kernels.Backward.")
	width, d, h, w, delta := param("width"), slice("d"), slice("h"), slice("w"), slice("delta")
	widths(width, func(n int, prefix string) {
		t.passes(prefix, func() {
			out, act, del, left := copyOf(d), copyOf(h), copyOf(delta), param("samples")
			t.blocks(prefix, left, func(m int, p string) {
				acc := t.accumulators(m, n)
				for s := range acc {
					for u := range acc[s] {
						t.clear(acc[s][u])
					}
				}
				a, b := copyOf(w), copyOf(del)
				inTiles(p+"_k", param("outputs"), func() {
					t.fma(product{aUnit: row, bUnit: row}, a, b, acc)
					advance(a, vec)
					advance(b, vec)
				}, func() {
					nextTile(a, "wStride")
					nextTile(b, "deltaStride")
				})
				v, zero := t.vec(), t.zero()
				for s := range acc {
					for u := range acc[s] {
						VMOVUPS(Mem{Base: act, Disp: s*row + u*vec}, v)
						gated := t.keep(t.compare(greaterThan, v, zero), acc[s][u])
						VMOVUPS(gated, Mem{Base: out, Disp: s*row + u*vec})
					}
				}
				for _, r := range []Register{out, act, del} {
					advance(r, m*row)
				}
			})
		}, d, h, w, delta)
	})
}

// step: g[j][u] = sum over samples ascending of delta[s][u] * h[s][j]; w[j][u] = fma(-step, g + 0, w[j][u]).
//
// The rows of delta and h are read once for each block of inputs and each pass,
// so the chains go over t.chunk samples at a time, which stay in the first-level
// cache, and wait between chunks on the stack.
func (t target) step() {
	TEXT("Step", 0, "func(width int, w, delta, h []float32, samples, inputs int, step *[16]float32)")
	Doc("Step is simd.Kernels.Step.")
	chains := AllocLocal(tile * row)
	width, delta, h := param("width"), slice("delta"), slice("h")
	widths(width, func(n int, prefix string) {
		t.clearChains(chains, n)
		left := param("samples")
		Label(prefix + "_chunk")
		now := copyOf(left)
		CMPQ(now, U32(uint32(t.chunk)))
		JLE(LabelRef(prefix + "_last"))
		MOVQ(U32(uint32(t.chunk)), now)
		Label(prefix + "_last")
		t.gradient(prefix, n, chains, delta, h, now)
		SUBQ(now, left)
		bytes := GP64()
		IMUL3Q(U32(row), now, bytes)
		ADDQ(bytes, delta)
		ADDQ(bytes, h)
		TESTQ(left, left)
		JNZ(LabelRef(prefix + "_chunk"))
		t.update(prefix, n, chains)
	})
}

// clearChains sets the chains of a tile of n units to +0.
func (t target) clearChains(chains Mem, n int) {
	zero := t.zero()
	for j := range tile {
		for at := 0; at < n*vec; at += t.bytes() {
			VMOVUPS(zero, chains.Offset(j*row+at))
		}
	}
}

// gradient lets the chains go on over some samples.
func (t target) gradient(prefix string, n int, chains Mem, delta, h, samples Register) {
	first, last, at := copyOf(delta), copyOf(h), GP64()
	LEAQ(chains, at)
	t.passes(prefix+"_gradient", func() {
		g, in, left := copyOf(at), copyOf(last), param("inputs")
		t.blocks(prefix, left, func(m int, p string) {
			acc := t.accumulators(m, n)
			for j := range acc {
				for u := range acc[j] {
					VMOVUPS(Mem{Base: g, Disp: j*row + u*vec}, acc[j][u])
				}
			}
			a, b, k := copyOf(first), copyOf(in), copyOf(samples)
			Label(p + "_k")
			t.fma(product{aUnit: vec, bUnit: vec}, a, b, acc)
			advance(a, row)
			advance(b, row)
			DECQ(k)
			JNZ(LabelRef(p + "_k"))
			for j := range acc {
				for u := range acc[j] {
					VMOVUPS(acc[j][u], Mem{Base: g, Disp: j*row + u*vec})
				}
			}
			advance(g, m*row)
			advance(in, m*vec)
		})
	}, first, last, at)
}

// update takes the SGD step with the finished chains.
func (t target) update(prefix string, n int, chains Mem) {
	g, out, rates := GP64(), slice("w"), param("step")
	LEAQ(chains, g)
	t.passes(prefix+"_update", func() {
		from, to, left := copyOf(g), copyOf(out), param("inputs")
		rate, zero := t.vec(), t.zero()
		VMOVUPS(Mem{Base: rates}, rate)
		Label(prefix + "_row")
		for u := range n {
			v := t.vec()
			VMOVUPS(Mem{Base: from, Disp: u * vec}, v)
			t.sgd(Mem{Base: to, Disp: u * vec}, v, rate, zero)
		}
		advance(from, row)
		advance(to, row)
		DECQ(left)
		JNZ(LabelRef(prefix + "_row"))
	}, g, out, rates)
}

// biasStep: g[u] = sum over samples ascending of d[s][u], plain adds; b[u] = fma(-step, g, b[u]).
func (t target) biasStep() {
	TEXT("BiasStep", NOSPLIT, "func(width int, b, d []float32, samples int, step *[16]float32)")
	Doc("BiasStep is simd.Kernels.BiasStep.")
	width, b, d, step := param("width"), slice("b"), slice("d"), param("step")
	widths(width, func(n int, prefix string) {
		t.passes(prefix, func() {
			in, left := copyOf(d), param("samples")
			g := t.vecs(n)
			for u := range g {
				t.clear(g[u])
			}
			Label(prefix + "_sample")
			for u := range g {
				VADDPS(Mem{Base: in, Disp: u * vec}, g[u], g[u])
			}
			advance(in, row)
			DECQ(left)
			JNZ(LabelRef(prefix + "_sample"))
			rate, v := t.vec(), t.vec()
			VMOVUPS(Mem{Base: step}, rate)
			for u := range g {
				VMOVUPS(Mem{Base: b, Disp: u * vec}, v)
				VFNMADD231PS(g[u], rate, v)
				VMOVUPS(v, Mem{Base: b, Disp: u * vec})
			}
		}, b, d, step)
	})
}

// inTiles emits body for each of the things left, which stand in tiles, and next between two tiles.
func inTiles(label string, left Register, body, next func()) {
	inTile := GP64()
	MOVQ(U32(tile), inTile)
	Label(label)
	body()
	DECQ(left)
	JZ(LabelRef(label + "_end"))
	DECQ(inTile)
	JNZ(LabelRef(label))
	MOVQ(U32(tile), inTile)
	next()
	JMP(LabelRef(label))
	Label(label + "_end")
}

// nextTile moves p from just behind one tile to the next, a stride of that many floats from the tile's start.
func nextTile(p Register, stride string) {
	s := param(stride)
	LEAQ(Mem{Base: p, Index: s, Scale: 4, Disp: -row}, p)
}
