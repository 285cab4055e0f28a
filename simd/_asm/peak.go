package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// chains is how many independent accumulators the peak kernel keeps busy: more
// than two units of latency four can use.
const chains = 12

// peak: n rounds of one fma on each of twelve independent chains.
func (t target) peak() {
	TEXT("Peak", NOSPLIT, "func(n int)")
	Doc("Peak is simd.Kernels.Peak.")
	n := param("n")
	x := t.constant(0x3f800000)
	acc := t.vecs(chains)
	for _, a := range acc {
		t.clear(a)
	}
	Label("round")
	for _, a := range acc {
		VFMADD231PS(x, x, a)
	}
	DECQ(n)
	JNZ(LabelRef("round"))
	VZEROUPPER()
	RET()
}
