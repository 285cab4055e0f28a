package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// transpose emits dst[j][i] = src[i][j], in square blocks whose side is the number of
// elements in a 256-bit register. The halves of a register are loaded from different
// rows, so that no shuffle crosses halves.
func (t target) transpose(e element) {
	name := fmt.Sprintf("Transpose%d", e.bits)
	declare(name, NOSPLIT)
	const width = 32 // bytes of a register
	n := width / e.bytes()
	rows, dst, src := param("rows"), slice("dst"), slice("src")
	from, to := quads(e, "lds"), quads(e, "ldd")
	TESTQ(rows, rows)
	JZ(LabelRef("done"))
	Comment("For each block of rows of src:")
	Label("rows")
	in, out, cols := copyOf(src), copyOf(dst), param("cols")
	TESTQ(cols, cols)
	JZ(LabelRef("done"))
	Comment("Transpose each block of columns.")
	Label("cols")
	ins, outs := from.rows(in, n), to.rows(out, n)
	for half := 0; half < 2; half++ {
		v := make([]VecVirtual, n/2)
		for i := range v {
			x := XMM()
			VMOVUPS(ins[i].Offset(half*width/2), x)
			v[i] = YMM()
			VINSERTF128(Imm(1), ins[i+n/2].Offset(half*width/2), x.AsY(), v[i])
		}
		for i, x := range transposed(v) {
			VMOVUPS(x, outs[half*n/2+i])
		}
	}
	advance(in, width)
	LEAQ(Mem{Base: out, Index: to.ld, Scale: uint8(n)}, out)
	SUBQ(Imm(uint64(n)), cols)
	JNZ(LabelRef("cols"))
	LEAQ(Mem{Base: src, Index: from.ld, Scale: uint8(n)}, src)
	advance(dst, width)
	SUBQ(Imm(uint64(n)), rows)
	JNZ(LabelRef("rows"))
	Label("done")
	VZEROUPPER()
	RET()
}

// transposed transposes the 128-bit halves of two float64 or four float32 rows.
func transposed(v []VecVirtual) []VecVirtual {
	pair := func(x, y VecVirtual, op func(ops ...Op)) VecVirtual {
		z := YMM()
		op(y, x, z)
		return z
	}
	if len(v) == 2 {
		return []VecVirtual{pair(v[0], v[1], VUNPCKLPD), pair(v[0], v[1], VUNPCKHPD)}
	}
	a, b := pair(v[0], v[1], VUNPCKLPS), pair(v[2], v[3], VUNPCKLPS)
	c, d := pair(v[0], v[1], VUNPCKHPS), pair(v[2], v[3], VUNPCKHPS)
	return []VecVirtual{pair(a, b, VUNPCKLPD), pair(a, b, VUNPCKHPD), pair(c, d, VUNPCKLPD), pair(c, d, VUNPCKHPD)}
}

// A quad addresses four rows from one pointer.
type quad struct{ ld, ld3 GPVirtual } // bytes

func quads(e element, name string) quad {
	q := quad{param(name), GP64()}
	SHLQ(e.shift(), q.ld)
	LEAQ(Mem{Base: q.ld, Index: q.ld, Scale: 2}, q.ld3)
	return q
}

// rows returns the addresses of n rows from p on.
func (q quad) rows(p Register, n int) []Mem {
	var m []Mem
	for i := 0; i < n; i += 4 {
		if i > 0 {
			next := GP64()
			LEAQ(Mem{Base: p, Index: q.ld, Scale: 4}, next)
			p = next
		}
		m = append(m, Mem{Base: p}, Mem{Base: p, Index: q.ld, Scale: 1}, Mem{Base: p, Index: q.ld, Scale: 2}, Mem{Base: p, Index: q.ld3, Scale: 1})
	}
	return m
}
