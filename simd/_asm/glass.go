package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// interaction: g += s x and q += w x, down rows as wide as a tile of the matrix
// product; x, w and g are read once.
func (t target) interaction() {
	TEXT("Interaction64", NOSPLIT, "func(rows int, s, x, w, g, q []float64)")
	Doc("Interaction64 is simd.Kernels.Interaction64.")
	rows, x, w, g := param("rows"), slice("x"), slice("w"), slice("g")
	s, q := t.vecs(widest), t.vecs(widest)
	sAt, qAt := slice("s"), slice("q")
	for i := range s {
		VMOVUPD(Mem{Base: sAt, Disp: i * t.bytes()}, s[i])
		VMOVUPD(Mem{Base: qAt, Disp: i * t.bytes()}, q[i])
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
	for _, p := range []GPVirtual{x, w, g} {
		advance(p, widest*t.bytes())
	}
	DECQ(rows)
	JNZ(LabelRef("row"))
	for i := range q {
		VMOVUPD(q[i], Mem{Base: qAt, Disp: i * t.bytes()})
	}
	VZEROUPPER()
	RET()
}

// field: x = M w for tiles of rows of M, each held in registers until g += s x and
// q += w x are done; the rows of g come from afar while their sums are computed.
func (t target) field() {
	TEXT("Field64", NOSPLIT, "func(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64)")
	Doc("Field64 is simd.Kernels.Field64.")
	e := float64s
	f := fieldLoop{tileLoop: tileLoop{target: t, element: e, columns: columns{vectors: widest}}}
	f.a, f.tiles, f.aRow = slice("m"), param("tiles"), param("ldm")
	SHLQ(e.shift(), f.aRow)
	f.aRow3, f.aRow5 = GP64(), GP64()
	LEAQ(Mem{Base: f.aRow, Index: f.aRow, Scale: 2}, f.aRow3)
	LEAQ(Mem{Base: f.aRow, Index: f.aRow, Scale: 4}, f.aRow5)
	f.g, f.own = slice("g"), param("first")
	IMUL3Q(U32(uint32(widest*t.bytes())), f.own, f.own)
	ADDQ(slice("w"), f.own)
	rows := param("rows")
	for n := t.rows; n > 1; n-- {
		CMPQ(rows, Imm(uint64(n)))
		JEQ(LabelRef(fmt.Sprintf("rows%d", n)))
	}
	for n := 1; n <= t.rows; n++ {
		f.run(n, fmt.Sprintf("rows%d", n))
	}
}

// A fieldLoop emits the loop over the tiles of one height.
type fieldLoop struct {
	tileLoop
	g, own GPVirtual // the rows of g and w that the tile at hand belongs to
}

func (f fieldLoop) run(n int, label string) {
	Label(label)
	row := f.vectors * f.target.bytes()
	acc := f.accumulators(n, f.vectors)
	for i := range acc {
		for _, v := range acc[i] {
			f.clear(v)
		}
	}
	at, b, k := f.rowsOf(n), slice("w"), param("depth")
	vb, x := f.vecs(f.vectors), f.vec()
	step := func() {
		for j := range vb {
			VMOVUPD(Mem{Base: b, Disp: j * f.target.bytes()}, vb[j])
		}
		for i := range acc {
			VBROADCASTSD(at.row(i), x)
			for j := range vb {
				VFMADD231PD(x, vb[j], acc[i][j])
			}
		}
		for _, p := range at.pointers {
			advance(p, f.element.bytes())
		}
		advance(b, row)
		DECQ(k)
	}
	lines := n * row / 64
	CMPQ(k, Imm(uint64(lines)))
	JLE(LabelRef(label + "_k"))
	SUBQ(Imm(uint64(lines)), k)
	rest, fetch := copyOf(k), copyOf(f.g)
	MOVQ(U32(uint32(lines)), k)
	Label(label + "_fetch")
	PREFETCHT0(Mem{Base: fetch})
	advance(fetch, 64)
	step()
	JNZ(LabelRef(label + "_fetch"))
	MOVQ(rest, k)
	Label(label + "_k")
	step()
	JNZ(LabelRef(label + "_k"))

	s, q := slice("s"), slice("q")
	sum := vb
	for j := range sum {
		VMOVUPD(Mem{Base: q, Disp: j * f.target.bytes()}, sum[j])
	}
	for i := range acc {
		for j := range sum {
			disp := i*row + j*f.target.bytes()
			VMOVUPD(Mem{Base: f.g, Disp: disp}, x)
			VFMADD231PD(Mem{Base: f.own, Disp: disp}, acc[i][j], sum[j])
			VFMADD231PD(Mem{Base: s, Disp: j * f.target.bytes()}, acc[i][j], x)
			VMOVUPD(x, Mem{Base: f.g, Disp: disp})
		}
	}
	for j := range sum {
		VMOVUPD(sum[j], Mem{Base: q, Disp: j * f.target.bytes()})
	}
	advance(f.g, n*row)
	advance(f.own, n*row)
	down := GP64()
	IMUL3Q(U32(uint32(n)), f.aRow, down)
	ADDQ(down, f.a)
	DECQ(f.tiles)
	JNZ(LabelRef(label))
	VZEROUPPER()
	RET()
}
