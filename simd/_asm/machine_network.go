package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	"github.com/lossglass/lossglass/simd/_asm/kernels"
)

func (m *machine) Accumulate(label string, units kernels.Units, rows general, unit int, at, end general, acc [][]vector, ahead *general) {
	offset, x, v := GP64(), m.vecs(2), m.vec()
	Label(label)
	MOVL(Mem{Base: at}, offset.As32())
	VBROADCASTSS(Mem{Base: at, Disp: 4}, x[0])
	VBROADCASTSS(Mem{Base: at, Disp: 8}, x[1])
	units(func(u int) {
		VMOVUPS(Mem{Base: rows, Index: offset, Scale: 4, Disp: u * unit}, v)
		VFMADD231PS(v, x[0], acc[0][u][0])
		VFMADD231PS(v, x[1], acc[1][u][0])
	})
	if ahead != nil {
		PREFETCHT1(Mem{Base: *ahead, Index: offset, Scale: 4})
	}
	advance(at, kernels.EntryBytes)
	CMPQ(at, end)
	JB(LabelRef(label))
}

// Multiply keeps all b in registers, and loads one a at a time.
func (m *machine) Multiply(p kernels.Product, units kernels.Units, a, b general, acc [][]vector) {
	x := m.vecs(len(acc))
	for i := range x {
		VMOVUPS(Mem{Base: b, Disp: i * p.BUnit}, x[i])
	}
	v := m.vec()
	units(func(u int) {
		at := Mem{Base: a, Disp: u * p.AUnit}
		if len(x) == 1 {
			VFMADD231PS(at, x[0], acc[0][u][0])
			return
		}
		VMOVUPS(at, v)
		for i := range x {
			VFMADD231PS(v, x[i], acc[i][u][0])
		}
	})
}
