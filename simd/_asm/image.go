package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// An entry of a pair list: offset of a row (in floats), the two values.
const entry = 12

// A span is four words: the first entry, the one after the last, the two results' rows.
const spanBytes = 16

// pairs emits, for each pair of the spans, the accumulation over its entries:
// acc[0][u] = fma(rows[offset][u], first, acc[0][u]), acc[1][u] likewise with second.
// It asks for the second-level cache to hold what is as far behind ahead, if not nil.
func (t target) pairs(n int, label string, rows, at, end Register, acc [2][]VecVirtual, ahead Register) {
	off := GP64()
	x := t.vecs(2)
	v := t.vec()
	Label(label)
	MOVL(Mem{Base: at}, off.As32())
	VBROADCASTSS(Mem{Base: at, Disp: 4}, x[0])
	VBROADCASTSS(Mem{Base: at, Disp: 8}, x[1])
	for u := 0; u < n; u++ {
		VMOVUPS(Mem{Base: rows, Index: off, Scale: 4, Disp: u * vec}, v)
		VFMADD231PS(v, x[0], acc[0][u])
		VFMADD231PS(v, x[1], acc[1][u])
	}
	if ahead != nil {
		PREFETCHT1(Mem{Base: ahead, Index: off, Scale: 4})
	}
	advance(at, entry)
	CMPQ(at, end)
	JB(LabelRef(label))
}

// span loads the bounds of a pair's entries.
func span(list, spans Register) (at, end GPVirtual) {
	at, end = GP64(), GP64()
	MOVL(Mem{Base: spans}, at.As32())
	MOVL(Mem{Base: spans, Disp: 4}, end.As32())
	for _, p := range []GPVirtual{at, end} {
		LEAQ(Mem{Base: p, Index: p, Scale: entry/4 - 1}, p)
		LEAQ(Mem{Base: list, Index: p, Scale: 4}, p)
	}
	return at, end
}

func (t target) imageForward() {
	TEXT("ImageForward", NOSPLIT, "func(width int, h, w, b []float32, list [][3]uint32, spans [][4]uint32)")
	Doc("ImageForward is simd.Kernels.ImageForward.")
	width, h, w, b, list, spans := param("width"), slice("h"), slice("w"), slice("b"), slice("list"), slice("spans")
	zero := t.zero()
	widths(width, func(n int, prefix string) {
		t.passes(prefix, func() {
			spans, left := copyOf(spans), count("spans")
			TESTQ(left, left)
			JZ(LabelRef(prefix + "_none"))
			next := count("w")
			LEAQ(Mem{Base: w, Index: next, Scale: 4}, next)
			Label(prefix + "_pair")
			at, end := span(list, spans)
			acc := [2][]VecVirtual{t.vecs(n), t.vecs(n)}
			for u := 0; u < n; u++ {
				VMOVUPS(Mem{Base: b, Disp: u * vec}, acc[0][u])
				VMOVAPS(acc[0][u], acc[1][u])
			}
			CMPQ(at, end)
			JAE(LabelRef(prefix + "_relu"))
			// Of each row of the next tile one line, another for the next pair.
			ahead := GP64()
			MOVQ(left, ahead)
			ANDQ(Imm(7), ahead)
			SHLQ(Imm(6), ahead)
			ADDQ(next, ahead)
			t.pairs(n, prefix+"_entry", w, at, end, acc, ahead)
			Label(prefix + "_relu")
			for s := range acc {
				out := result(h, spans, s)
				for u, z := range acc[s] {
					t.relu(z, zero) // adds +0, as the contract asks
					VMOVUPS(z, Mem{Base: out, Disp: u * vec})
				}
			}
			advance(spans, spanBytes)
			DECQ(left)
			JNZ(LabelRef(prefix + "_pair"))
			Label(prefix + "_none")
		}, h, w, b)
	})
}

func (t target) imageStep() {
	TEXT("ImageStep", NOSPLIT, "func(width int, w, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32)")
	Doc("ImageStep is simd.Kernels.ImageStep.")
	width, w, d, list, spans, step := param("width"), slice("w"), slice("d"), slice("list"), slice("spans"), param("step")
	widths(width, func(n int, prefix string) {
		t.passes(prefix, func() {
			spans, left := copyOf(spans), count("spans")
			TESTQ(left, left)
			JZ(LabelRef(prefix + "_none"))
			rate := t.vec()
			VMOVUPS(Mem{Base: step}, rate)
			zero := t.zero()
			before := count("w")
			NEGQ(before)
			Label(prefix + "_pair")
			at, end := span(list, spans)
			CMPQ(at, end)
			JAE(LabelRef(prefix + "_next"))
			acc := [2][]VecVirtual{t.vecs(n), t.vecs(n)}
			for s := range acc {
				for _, g := range acc[s] {
					t.clear(g)
				}
			}
			t.pairs(n, prefix+"_entry", d, at, end, acc, nil)
			for s := range acc {
				out := result(w, spans, s)
				for u, g := range acc[s] {
					t.sgd(Mem{Base: out, Disp: u * vec}, g, rate, zero)
				}
				// The same row of the tile before: training goes from the last to the first.
				for u := range n {
					PREFETCHT1(Mem{Base: out, Index: before, Scale: 4, Disp: u * vec})
				}
			}
			Label(prefix + "_next")
			advance(spans, spanBytes)
			DECQ(left)
			JNZ(LabelRef(prefix + "_pair"))
			Label(prefix + "_none")
		}, w, d, step)
	})
}

// relu emits z = z <= 0 ? +0 : z, a NaN staying NaN: the sum with +0 leaves no
// -0, and a NaN, as the second operand of the maximum, comes through.
func (t target) relu(z, zero VecVirtual) {
	VADDPS(zero, z, z)
	VMAXPS(z, zero, z)
}

// sgd emits w = fma(-step, g + 0, w).
func (t target) sgd(w Mem, g, step, zero VecVirtual) {
	v := t.vec()
	VADDPS(zero, g, g)
	VMOVUPS(w, v)
	VFNMADD231PS(g, step, v)
	VMOVUPS(v, w)
}

// count loads how many elements a slice has.
func count(name string) GPVirtual {
	n := GP64()
	Load(Param(name).Len(), n)
	return n
}

// result returns the address of one of a pair's two results.
func result(rows, spans Register, i int) GPVirtual {
	at := GP64()
	MOVL(Mem{Base: spans, Disp: 8 + 4*i}, at.As32())
	IMUL3Q(U32(row), at, at)
	ADDQ(rows, at)
	return at
}
