package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// An element is the type of a matrix's elements.
type element struct {
	name   string // in Go
	bits   int
	mulAdd func(ops ...Op)
	// mulAddFrom takes its first factor from one number in memory (AVX-512): where a
	// number serves one vector only, a broadcast of its own costs as much as the fma.
	mulAddFrom func(ops ...Op)
	broadcast  func(ops ...Op)
	loadZ      func(m, k, v Op) // AVX-512: where k, and +0 elsewhere
	move       func(ops ...Op)
	maskMove   func(m, k, v Op) // AVX2: load where k, and +0 elsewhere, or store where k
}

var (
	float32s = element{"float32", 32, VFMADD231PS, VFMADD231PS_BCST, VBROADCASTSS, VMOVUPS_Z, VMOVUPS, VMASKMOVPS}
	float64s = element{"float64", 64, VFMADD231PD, VFMADD231PD_BCST, VBROADCASTSD, VMOVUPD_Z, VMOVUPD, VMASKMOVPD}
)

func (e element) bytes() int    { return e.bits / 8 }
func (e element) shift() Op     { return Imm(uint64(e.bits/32 + 1)) } // log2 of bytes
func (e element) slice() string { return "[]" + e.name }

// columns is the width of a tile of C: one vector, masked, or two, the last of
// which ends with the tile, so that those of a narrower tile overlap: the columns
// that both hold they compute alike, and neither needs a mask.
type columns struct {
	vectors int
	masked  bool
	// packed: whole panels of B stand one behind the other. They and C are then too
	// large for the caches, and what comes next is fetched ahead.
	packed bool
}

// widest is how many vectors the columns of a tile fill at most.
const widest = 2

// narrower is how many times as many rows a tile of one vector has at most.
const narrower = 2

// gemm: c[i][j] = fma(a[i][k], b[k][j], c[i][j]), k ascending, for tiles of rows
// x columns that stay in registers: one broadcast of a serves the vectors of a row.
func (t target) gemm(e element) {
	name := fmt.Sprintf("Gemm%d", e.bits)
	TEXT(name, NOSPLIT, fmt.Sprintf("func(rows, tiles, cols, depth int, a %[1]s, aRow, aCol int, b %[1]s, bRow int, c %[1]s, ldc int, fresh bool)", e.slice()))
	Doc(name + " is simd.Kernels." + name + ".")
	g := tileLoop{target: t, element: e, a: slice("a"), c: slice("c")}
	for _, s := range []struct {
		name string
		to   *GPVirtual
	}{{"aRow", &g.aRow}, {"aCol", &g.aCol}, {"bRow", &g.bRow}, {"ldc", &g.ldc}} {
		*s.to = param(s.name)
		SHLQ(e.shift(), *s.to)
	}
	g.aRow3, g.aRow5 = GP64(), GP64()
	LEAQ(Mem{Base: g.aRow, Index: g.aRow, Scale: 2}, g.aRow3)
	LEAQ(Mem{Base: g.aRow, Index: g.aRow, Scale: 4}, g.aRow5)

	cols, rows := param("cols"), param("rows")
	lanes := t.bits / e.bits
	g.last = GP64()
	MOVQ(cols, g.last)
	SUBQ(Imm(uint64(lanes)), g.last)
	SHLQ(e.shift(), g.last)
	CMPQ(cols, Imm(uint64(lanes)))
	JGT(LabelRef("wide"))
	for _, s := range []struct {
		label string
		columns
		least, most int // rows
	}{
		{"narrow", columns{vectors: 1, masked: true}, 1, narrower * t.rows},
		{"wide", columns{vectors: widest}, 1, t.rows},
		{"packed", columns{vectors: widest, packed: true}, t.rows/2 + 1, t.rows},
	} {
		Label(s.label)
		if s.masked {
			g.mask = t.firstLanes(e, cols)
		}
		if s.label == "wide" {
			CMPQ(rows, Imm(uint64(t.rows/2)))
			JLE(LabelRef("low"))
			CMPQ(cols, Imm(uint64(widest*lanes)))
			JNE(LabelRef("low"))
			CMPQ(g.bRow, U32(uint32(widest*t.bytes())))
			JEQ(LabelRef("packed"))
			Label("low")
		}
		for n := s.most; n > s.least; n-- {
			CMPQ(rows, Imm(uint64(n)))
			JEQ(LabelRef(fmt.Sprintf("%s%d", s.label, n)))
		}
		for n := s.least; n <= s.most; n++ {
			g.columns = s.columns
			g.run(n, fmt.Sprintf("%s%d", s.label, n))
		}
	}
}

// firstLanes returns a mask of the first n lanes.
func (t target) firstLanes(e element, n Register) mask {
	if t.bits == 512 {
		bits, k := GP32(), K()
		MOVL(U32(0xffffffff), bits)
		BZHIL(n.(GP).As32(), bits, bits)
		KMOVW(bits, k)
		return mask{k}
	}
	// A window on 32 bytes of ones and 32 of zeros.
	if lanesTable == (Mem{}) {
		lanesTable = GLOBL("firstLanes", attr.RODATA|attr.NOPTR)
		for i := 0; i < 8; i++ {
			DATA(8*i, U64(uint64(i/4)-1))
		}
	}
	at, m := GP64(), t.vec()
	LEAQ(lanesTable.Offset(t.bytes()), at)
	skip := GP64()
	MOVQ(n, skip)
	SHLQ(e.shift(), skip)
	SUBQ(skip, at)
	VMOVUPS(Mem{Base: at}, m)
	return mask{m}
}

var lanesTable Mem

// A tileLoop emits the loop over the tiles of one width of a panel of C.
type tileLoop struct {
	target
	element
	columns
	mask mask

	a, c                  GPVirtual // of the tile at hand
	aRow, aCol, bRow, ldc GPVirtual // bytes
	aRow3, aRow5          GPVirtual // three and five times aRow
	last                  GPVirtual // where the last of several vectors stands in a row
}

// run emits the loop over tiles of n rows.
func (g tileLoop) run(n int, label string) {
	Label(label)
	acc := g.accumulators(n, g.vectors)
	b, k := slice("b"), param("depth")
	fresh := GP8()
	Load(Param("fresh"), fresh)
	TESTB(fresh, fresh)
	JNZ(LabelRef(label + "_fresh"))
	row := copyOf(g.c)
	for i := range acc {
		for j := range acc[i] {
			g.load(g.at(row, j), acc[i][j])
		}
		ADDQ(g.ldc, row)
	}
	g.fetchTile(row, n)
	JMP(LabelRef(label + "_start"))
	Label(label + "_fresh")
	if g.packed {
		g.fetchTile(copyOf(g.c), n)
	}
	for i := range acc {
		for _, v := range acc[i] {
			g.clear(v)
		}
	}
	Label(label + "_start")
	at := g.rowsOf(n)
	vb, x := g.vecs(g.vectors), g.vec()
	var next GPVirtual
	if g.packed {
		next = g.soon()
	}
	Label(label + "_k")
	if g.packed {
		for j := 0; j < g.width(); j += 64 {
			PREFETCHT0(Mem{Base: b, Index: next, Scale: 1, Disp: j})
		}
	}
	for j := range vb {
		g.load(g.at(b, j), vb[j])
	}
	for i := range acc {
		if g.vectors == 1 && g.target.bits == 512 {
			g.mulAddFrom(at.row(i), vb[0], acc[i][0])
			continue
		}
		g.broadcast(at.row(i), x)
		for j := range vb {
			g.mulAdd(x, vb[j], acc[i][j])
		}
	}
	for _, p := range at.pointers {
		ADDQ(g.aCol, p)
	}
	ADDQ(g.bRow, b)
	DECQ(k)
	JNZ(LabelRef(label + "_k"))
	for i := range acc {
		for j := range acc[i] {
			g.store(acc[i][j], g.at(g.c, j))
		}
		ADDQ(g.ldc, g.c)
	}
	down := GP64()
	IMUL3Q(U32(uint32(n)), g.aRow, down)
	ADDQ(down, g.a)
	DECQ(NewParamAddr("tiles", 8)) // no register is free for how many are left
	JNZ(LabelRef(label))
	VZEROUPPER()
	RET()
}

// width is how many bytes of a row the vectors hold, if they do not overlap.
func (g tileLoop) width() int { return g.vectors * g.target.bytes() }

// fetchTile fetches n rows of C from row on, which is needed only after a tile has
// been computed.
func (g tileLoop) fetchTile(row GPVirtual, n int) {
	for range n {
		for j := 0; j < g.width(); j += 64 {
			PREFETCHT0(Mem{Base: row, Disp: j})
		}
		ADDQ(g.ldc, row)
	}
}

// soon returns how far behind a row of B that stands which is fetched with it:
// some rows or, in the last tile, a panel, as the next panel is needed next.
func (g tileLoop) soon() GPVirtual {
	const rows = 8
	next, some := GP64(), GP64()
	IMUL3Q(U32(uint32(g.width())), param("depth"), next)
	MOVQ(U32(uint32(rows*g.width())), some)
	CMPQ(NewParamAddr("tiles", 8), Imm(1))
	CMOVQNE(some, next)
	return next
}

// at is where vector j of a row stands.
func (g tileLoop) at(row GPVirtual, j int) Mem {
	if j == 0 {
		return Mem{Base: row}
	}
	return Mem{Base: row, Index: g.last, Scale: 1}
}

// load emits a load of a vector of a row.
func (g tileLoop) load(m Mem, v VecVirtual) {
	switch {
	case !g.masked:
		g.move(m, v)
	case g.target.bits == 512:
		g.loadZ(m, g.mask.r, v)
	default:
		g.maskMove(m, g.mask.r, v)
	}
}

// store emits a store of a vector of a row.
func (g tileLoop) store(v VecVirtual, m Mem) {
	switch {
	case !g.masked:
		g.move(v, m)
	case g.target.bits == 512:
		g.move(v, g.mask.r, m)
	default:
		g.maskMove(v, g.mask.r, m)
	}
}

// group is how many rows are addressed from one pointer, by multiples of aRow
// that the addressing modes have from aRow, aRow3 and aRow5.
const group = 7

// addresses tells where a column of a tile of a stands.
type addresses struct {
	tileLoop
	pointers []GPVirtual // to every group'th row
}

func (g tileLoop) rowsOf(n int) addresses {
	at := addresses{tileLoop: g, pointers: []GPVirtual{copyOf(g.a)}}
	for i := group; i < n; i += group {
		p := GP64()
		LEAQ(Mem{Base: at.pointers[len(at.pointers)-1], Index: g.aRow5, Scale: 1}, p)
		LEAQ(Mem{Base: p, Index: g.aRow, Scale: 2}, p)
		at.pointers = append(at.pointers, p)
	}
	return at
}

func (at addresses) row(i int) Mem {
	m := Mem{Base: at.pointers[i/group]}
	switch i % group {
	case 1, 2, 4:
		m.Index, m.Scale = at.aRow, uint8(i%group)
	case 3:
		m.Index, m.Scale = at.aRow3, 1
	case 5:
		m.Index, m.Scale = at.aRow5, 1
	case 6:
		m.Index, m.Scale = at.aRow3, 2
	}
	return m
}
