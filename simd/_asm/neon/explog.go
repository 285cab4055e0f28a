package neon

import "math"

// The functions here take several registers and work on all of them in turn, so
// that their chains of operations overlap.

// horner returns p = fma(p, x, c) for each coefficient after the first.
func (k *kernel) horner(x []vreg, coefficients ...float64) []vreg {
	p, next := k.vecs(len(x)), k.vecs(len(x))
	for i := range x {
		k.set(p[i], f32(coefficients[0]))
	}
	for _, c := range coefficients[1:] {
		for i := range x {
			k.set(next[i], f32(c))
			k.mulAdd(next[i], p[i], x[i])
		}
		p, next = next, p
	}
	k.vectors = append(next, k.vectors...) // no longer in use
	return p
}

// to runs body with a constant in a register for as long.
func (k *kernel) to(bits uint32, body func(c vreg)) {
	k.scope(func() { body(k.constant(bits)) })
}

// exp emits the sequence of simd's contract for Exp; x is overwritten. The
// result is in registers taken here.
func (k *kernel) exp(x []vreg) []vreg {
	const magic = 0x4b400000 // 1.5 * 2^23: in t = n + magic the low bits are n
	for _, bound := range []struct {
		op word
		x  float64
	}{{fmax32, -104}, {fmin32, 89}} { // a NaN comes through
		k.to(f32(bound.x), func(c vreg) {
			for i := range x {
				k.op3(bound.op, x[i], x[i], c)
			}
		})
	}
	t := k.vecs(len(x))
	k.scope(func() {
		n, factors := k.vecs(len(x)), k.vec()
		k.words(factors, [4]uint32{f32(0x1.715476p+0), f32(-0x1.62e43p-1), f32(0x1.05c61p-29), 0})
		// t = fma(x, log2 e, magic); n = t - magic
		for i := range x {
			k.set(t[i], magic)
			k.mulAddBy(float32s, t[i], x[i], factors, 0)
		}
		k.to(magic, func(c vreg) {
			for i := range x {
				k.op3(fsub32, n[i], t[i], c)
			}
		})
		// r = fma(n, -ln2lo, fma(n, -ln2hi, x))
		for lane := 1; lane <= 2; lane++ {
			for i := range x {
				k.mulAddBy(float32s, x[i], n[i], factors, lane)
			}
		}
	})
	p := k.horner(x, 0x1.6a2434p-10, 0x1.1239e2p-7, 0x1.5558f2p-5, 0x1.555492p-3, 0x1.fffffcp-2, 1, 1)
	// The exponent in two halves, so that subnormal results are rounded once.
	a := x
	k.to(magic, func(c vreg) {
		for i := range t {
			k.subInts(t[i], t[i], c)
			k.shiftRight(a[i], t[i], 1)
			k.subInts(t[i], t[i], a[i])
		}
	})
	for _, e := range [][]vreg{a, t} {
		k.to(127, func(c vreg) {
			for i := range e {
				k.addInts(e[i], e[i], c)
				k.shift("VSHL", e[i], e[i], 23)
				k.op3(fmul32, p[i], p[i], e[i])
			}
		})
	}
	return p
}

// log emits z = log x by the sequence of simd's contract for Log.
func (k *kernel) log(z, x []vreg) {
	k.scope(func() { k.logOfPositive(z, x) })
	for _, special := range []struct {
		where  word
		result float64
	}{{negative, math.NaN()}, {isZero, math.Inf(-1)}} {
		k.to(f32(special.result), func(c vreg) {
			mask := k.vec()
			for i := range x {
				k.op2(special.where, mask, x[i])
				k.put(mask, c, z[i])
			}
		})
	}
}

// logOfPositive emits z = log x for positive x, and z = x for NaN and infinity.
func (k *kernel) logOfPositive(z, x []vreg) {
	const sqrtHalf, mantissa = 0x3f3504f3, 0x007fffff
	e, f := k.vecs(len(x)), k.vecs(len(x))
	k.exponent(e, f, x)
	for _, part := range []struct {
		bits uint32
		op   func(d, x, y vreg)
	}{{mantissa, k.and}, {sqrtHalf, k.addInts}, {f32(1), func(d, x, y vreg) { k.op3(fsub32, d, x, y) }}} {
		k.to(part.bits, func(c vreg) {
			for i := range f {
				part.op(f[i], f[i], c)
			}
		})
	}
	q := k.horner(f, -0x1.382fecp-4, 0x1.084852p-3, -0x1.0f3766p-3, 0x1.22719ep-3, -0x1.54276ep-3,
		0x1.99a3f2p-3, -0x1.000426p-2, 0x1.55555p-2, -0x1.fffff8p-2)
	// h = e ln2hi; s = h + f; l = (h - s) + f + e ln2lo + f^2 q
	ln2hi, ln2lo, infinite := k.constant(f32(0x1.62e4p-1)), k.constant(f32(0x1.7f7d1cp-20)), k.constant(f32(math.Inf(1)))
	for i := range x {
		k.scope(func() {
			h, s := k.vec(), z[i]
			l := h
			k.op2(scvtf32, e[i], e[i])
			k.op3(fmul32, h, e[i], ln2hi)
			k.op3(fadd32, s, h, f[i])
			k.op3(fsub32, l, h, s)
			k.op3(fadd32, l, l, f[i])
			k.mulAdd(l, e[i], ln2lo)
			k.op3(fmul32, f[i], f[i], f[i])
			k.mulAdd(l, f[i], q[i])
			k.op3(fadd32, s, s, l)
			finite := h
			k.op3(fcmgt32, finite, infinite, x[i])
			k.choose(finite, s, x[i])
			k.vector("VMOV", "B16", finite, z[i])
		})
	}
}

// exponent sets f to the bits of x from sqrt(1/2) = 0x3f3504f3 on, of a normal x,
// and e to the exponent that they have in them.
func (k *kernel) exponent(e, f, x []vreg) {
	const one, sqrtHalf = 0x3f800000, 0x3f3504f3
	// Subnormal x are taken 2^23-fold: 23 less in e.
	k.scope(func() {
		tiny, up, shift := k.constant(f32(0x1p-126)), k.constant(f32(0x1p23)), k.constant(23)
		for i := range x {
			k.scope(func() {
				scaled := k.vec()
				k.op3(fcmgt32, f[i], tiny, x[i])
				k.and(e[i], f[i], shift)
				k.op3(fmul32, scaled, x[i], up)
				k.choose(f[i], scaled, x[i])
			})
		}
	})
	k.scope(func() {
		offset, bias := k.constant(one-sqrtHalf), k.constant(127)
		for i := range x {
			k.scope(func() {
				shifted := k.vec()
				k.addInts(f[i], f[i], offset)
				k.shift("VUSHR", shifted, f[i], 23)
				k.subInts(shifted, shifted, bias)
				k.subInts(e[i], shifted, e[i])
			})
		}
	})
}

// elementwise emits a kernel that applies of to every element of src.
func (f *file) elementwise(name string, of func(k *kernel, x []vreg) []vreg) {
	f.function(name, "dst, src []float32", 0, func(k *kernel) {
		dst, src, end := k.slice("dst"), k.slice("src"), k.count("src")
		k.constantTable()
		k.plus(end, src, end, 2)
		k.label("next")
		k.emit("CMP", end, src)
		k.emit("BHS", "done")
		k.scope(func() {
			x := k.vecs(whole)
			k.load(src, 0, x)
			k.store(of(k, x), dst, 0)
		})
		k.advance(src, vec)
		k.advance(dst, vec)
		k.emit("B", "next")
		k.label("done")
	})
}
