package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// interaction: h = sum of w x / 2, e += s h, g += s x, down rows as wide as a
// tile of the matrix product; x, w and g are read once.
func (t target) interaction() {
	TEXT("Interaction64", NOSPLIT, "func(rows int, s, x, w, g, h, e []float64)")
	Doc("Interaction64 is simd.Kernels.Interaction64.")
	rows, x, w, g := param("rows"), slice("x"), slice("w"), slice("g")
	s, q := t.vecs(widest), t.vecs(widest)
	sAt := slice("s")
	for i := range s {
		VMOVUPD(Mem{Base: sAt, Disp: i * t.bytes()}, s[i])
		t.clear(q[i])
	}
	Label("row")
	for i := range s {
		at := i * t.bytes()
		xi, gi := t.vec(), t.vec()
		VMOVUPD(Mem{Base: x, Disp: at}, xi)
		VMOVUPD(Mem{Base: g, Disp: at}, gi)
		VFMADD231PD(Mem{Base: w, Disp: at}, xi, q[i])
		VFMADD231PD(xi, s[i], gi)
		VMOVUPD(gi, Mem{Base: g, Disp: at})
	}
	for _, p := range []Op{x, w, g} {
		ADDQ(U32(uint32(widest*t.bytes())), p)
	}
	DECQ(rows)
	JNZ(LabelRef("row"))
	half, h, e := t.vec(), slice("h"), slice("e")
	VBROADCASTSD(ConstData("half", F64(0.5)), half)
	for i := range q {
		ei := t.vec()
		VMOVUPD(Mem{Base: e, Disp: i * t.bytes()}, ei)
		VMULPD(half, q[i], q[i])
		VFMADD231PD(s[i], q[i], ei)
		VMOVUPD(q[i], Mem{Base: h, Disp: i * t.bytes()})
		VMOVUPD(ei, Mem{Base: e, Disp: i * t.bytes()})
	}
	VZEROUPPER()
	RET()
}
