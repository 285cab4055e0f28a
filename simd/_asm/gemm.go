package main

import (
	"fmt"
	"math/bits"
	"slices"

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
	// mulAddFrom broadcasts its first factor from memory (AVX-512). It is for tiles of
	// one vector, where a separate broadcast would cost as much as the fma.
	mulAddFrom func(ops ...Op)
	broadcast  func(ops ...Op)
	loadZ      func(m, k, v Op) // AVX-512: load the lanes of k, +0 in the others
	move       func(ops ...Op)
	maskMove   func(m, k, v Op) // AVX2: load the lanes of k, +0 in the others, or store them
}

var (
	float32s = element{"float32", 32, VFMADD231PS, VFMADD231PS_BCST, VBROADCASTSS, VMOVUPS_Z, VMOVUPS, VMASKMOVPS}
	float64s = element{"float64", 64, VFMADD231PD, VFMADD231PD_BCST, VBROADCASTSD, VMOVUPD_Z, VMOVUPD, VMASKMOVPD}
)

func (e element) bytes() int { return e.bits / 8 }
func (e element) shift() Op  { return Imm(uint64(e.bits/32 + 1)) } // log2 of bytes

// stride loads a distance between elements, in bytes.
func (e element) stride(name string) GPVirtual {
	p := param(name)
	SHLQ(e.shift(), p)
	return p
}

const (
	widest   = 2 // vectors in a row of the widest tile
	narrower = 2 // a tile of one vector has up to this many times as many rows
)

// gemm emits c[i][j] = fma(a[i][k], b[k][j], c[i][j]) for k ascending. Tiles of C are
// kept in registers, and a broadcast element of A is used for all vectors of a row.
// There are two widths: one vector with a mask, and two vectors.
func (t target) gemm(e element) {
	name := fmt.Sprintf("Gemm%d", e.bits)
	declare(name, NOSPLIT)
	g := gemmLoop{target: t, element: e, c: slice("c"), aCol: e.stride("aCol"), bRow: e.stride("bRow"), ldc: e.stride("ldc")}
	g.a = rowsOf(slice("a"), e.stride("aRow"))
	cols, lanes := param("cols"), t.bytes()/e.bytes()
	CMPQ(cols, Imm(uint64(lanes)))
	JGT(LabelRef("wide"))
	g.mask = t.firstLanes(e, cols)
	g.tiles("narrow", 1, narrower*t.rows)
	Label("wide")
	SUBQ(Imm(uint64(lanes)), cols)
	SHLQ(e.shift(), cols)
	g.last = cols
	g.tiles("wide", widest, t.rows)
}

// firstLanes returns a mask of the first n lanes.
func (t target) firstLanes(e element, n Register) mask {
	if t.masks() {
		bits, k := GP32(), K()
		MOVL(U32(0xffffffff), bits)
		BZHIL(n.(GP).As32(), bits, bits)
		KMOVW(bits, k)
		return mask{k}
	}
	// The mask is a part of a table of 32 bytes of ones and 32 of zeros.
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

// A gemmLoop emits the loops over the tiles of a panel of C.
type gemmLoop struct {
	target
	element

	a               matrixRows // of the tile at hand
	c               GPVirtual  // of the tile at hand
	aCol, bRow, ldc GPVirtual  // bytes
	mask            mask       // of the columns of a tile one vector wide
	// last is the distance in bytes from the first to the second vector of a row. The
	// second one ends with the row: if the tile has fewer columns than two vectors, the
	// two overlap and compute the same values in their common columns.
	last GPVirtual

	width string         // in labels
	acc   [][]VecVirtual // rows of the tile at hand, the last first
}

// tiles emits the loop over the tiles of one width. Each number of rows up to most has
// its own loop over k. They share the loads and stores of C: row i of a tile of n rows is
// in acc[n-1-i], so that n rows are loaded by the last n loads of the sequence, and
// stored by the last n stores.
func (g gemmLoop) tiles(width string, vectors, most int) {
	g.width, g.acc = width, g.accumulators(most, vectors)
	packed := U32(uint32(widest * g.target.bytes())) // bRow of a packed panel
	Commentf("For each tile of %d vectors and up to %d rows:", vectors, most)
	Label(width + "_tile")
	row, fresh := copyOf(g.c), Load(Param("fresh"), GP8())
	TESTB(fresh, fresh)
	JZ(LabelRef(width + "_load"))
	for _, v := range slices.Concat(g.acc...) {
		g.clear(v)
	}
	if vectors == widest {
		CMPQ(g.bRow, packed)
		JEQ(LabelRef(width + "_fetch"))
	}
	Label(width + "_start")
	if vectors == widest && g.spreads() {
		g.jumpIfSmall(width + "_small")
		g.sums("spread", most/2+1, nil, g.jumpTo("next"))
		Label(width + "_small")
	}
	g.sums(width, 1, nil, func(n int) {
		if vectors < widest && !g.masks() {
			CMPQ(NewParamAddr("cols", 16), Imm(uint64(g.target.bytes()/g.element.bytes())))
			JEQ(LabelRef(fmt.Sprintf("whole_store%d", n)))
		}
		if n < most {
			g.jumpTo("store")(n)
			return
		}
		Comment("Store C from the first row on.")
		g.stores(width)
		Label(width + "_next")
		DECQ(NewParamAddr("tiles", 8)) // counts down in memory: no register is free
		JNZ(LabelRef(width + "_tile"))
		VZEROUPPER()
		RET()
	})
	if vectors < widest && !g.masks() {
		Comment("Store all lanes: stores with masks take AMD's CPUs ten times as long.")
		whole := g
		whole.mask = mask{}
		whole.stores("whole")
		JMP(LabelRef(width + "_next"))
	}

	Comment("Load C from the first row on.")
	Label(width + "_load")
	jumpByRows(param("rows"), 1, most, width+"_load")
	for n := most; n > 0; n-- {
		Label(fmt.Sprintf("%s_load%d", width, n))
		for j, v := range g.acc[n-1] {
			g.load(g.at(row, j), v)
		}
		ADDQ(g.ldc, row)
	}
	// Of each line that a row of the tile reaches, the last element is named: where rows do not begin
	// with a line, the line of the first element has come with the tile before.
	Comment("Prefetch the next tile of C, or this one if it has not been loaded.")
	Label(width + "_fetch")
	left := param("rows")
	Label(width + "_fetch_row")
	for j, width := 0, vectors*g.target.bytes(); j < width; j += 64 {
		PREFETCHT0(Mem{Base: row, Disp: min(j+64, width) - g.element.bytes()})
	}
	ADDQ(g.ldc, row)
	DECQ(left)
	JNZ(LabelRef(width + "_fetch_row"))
	if vectors < widest {
		JMP(LabelRef(width + "_start"))
		return
	}
	CMPQ(g.bRow, packed)
	JNE(LabelRef(width + "_start"))
	if g.unrolled > 1 { // by constant distances between columns of A, too
		CMPQ(g.aCol, Imm(uint64(g.element.bytes())))
		JNE(LabelRef(width + "_start"))
	}
	if g.spreads() {
		g.jumpIfSmall(width + "_small")
		g.sums("packed", most/2+1, g.fetchDistance(), g.jumpTo("next"))
		return
	}
	g.jumpIfSmall(width + "_start")
	g.sums("packed", most/2+1, g.fetchDistance(), g.jumpTo("store"))
}

// jumpTo returns a function that jumps to where a tile of n rows is stored ("store"), or to the next
// tile ("next").
func (g gemmLoop) jumpTo(what string) func(n int) {
	return func(n int) {
		if what == "store" {
			JMP(LabelRef(fmt.Sprintf("%s_store%d", g.width, n)))
			return
		}
		JMP(LabelRef(g.width + "_next"))
	}
}

// jumpIfSmall jumps to the loops for all sizes if a tile has few rows or, where the stores are
// spread, is not deeper than that.
func (g gemmLoop) jumpIfSmall(label string) {
	CMPQ(param("rows"), Imm(uint64(len(g.acc)/2)))
	JLE(LabelRef(label))
	if g.spreads() {
		CMPQ(NewParamAddr("depth", 24), Imm(spreadDepth))
		JLE(LabelRef(label))
	}
}

// sums emits the loops over k for each number of rows from least on, each followed by finish. They
// prefetch B if a distance is given. The most rows, which most tiles have, come first. Tiles that are
// not small have their stores spread.
func (g gemmLoop) sums(label string, least int, ahead Register, finish func(n int)) {
	most := len(g.acc)
	a, down := g.a.column(most), param("rows")
	IMULQ(g.a.step, down)
	ADDQ(down, g.a.first)
	b, k, rows := slice("b"), param("depth"), param("rows")
	CMPQ(rows, Imm(uint64(most)))
	JNE(LabelRef(label + "_lower"))
	spread := least > 1 && g.spreads()
	sum := func(n int) {
		Commentf("Sum over k, rows: %d.", n)
		loop := fmt.Sprintf("%s%d", label, n)
		Label(loop)
		if spread {
			SUBQ(Imm(spreadDepth), k)
			loop += "_sum"
			Label(loop)
		}
		if ahead != nil && g.unrolled > 1 {
			g.unrolledSum(loop, n, a, b, k, ahead)
		} else {
			for j := 0; ahead != nil && j < widest*g.target.bytes(); j += 64 {
				PREFETCHT0(Mem{Base: b, Index: ahead, Scale: 1, Disp: j})
			}
			g.step(n, 0, n-1, a, b, func() {})
			g.advance(ADDQ, n, a, b)
			DECQ(k)
			JNZ(LabelRef(loop))
		}
		if spread {
			g.spread(n, a, b)
		}
		finish(n)
	}
	sum(most)
	Label(label + "_lower")
	jumpByRows(rows, least, most-1, label)
	for n := most - 1; n >= least; n-- {
		sum(n)
	}
}

// unrolledSum emits the loop over k for contiguous rows of A and a packed panel of B, in which several
// steps take no instructions for addresses. The steps that are left over come before, at the given label.
func (g gemmLoop) unrolledSum(label string, rows int, a column, b, k, ahead Register) {
	rest := U32(uint32(g.unrolled - 1))
	TESTQ(rest, k)
	JZ(LabelRef(label + "_unrolled"))
	Label(label + "_rest")
	g.step(rows, 0, rows-1, a, b, func() {})
	g.advance(ADDQ, rows, a, b)
	DECQ(k)
	JZ(LabelRef(label + "_end"))
	TESTQ(rest, k)
	JNZ(LabelRef(label + "_rest"))
	Label(label + "_unrolled")
	PREFETCHT0(Mem{Base: b, Index: ahead, Scale: 1})
	for i := range g.unrolled {
		next := a
		next.offset = i * g.element.bytes()
		g.stepAt(i*widest*g.target.bytes(), rows, 0, rows-1, next, b, func() {})
	}
	for _, p := range a.pointers[:(rows+group-1)/group] {
		ADDQ(Imm(uint64(g.unrolled*g.element.bytes())), p)
	}
	ADDQ(U32(uint32(g.unrolled*widest*g.target.bytes())), b)
	SUBQ(Imm(uint64(g.unrolled)), k)
	JNZ(LabelRef(label + "_unrolled"))
	Label(label + "_end")
}

// advance moves to the next column of A and row of B with ADDQ, and back with SUBQ.
func (g gemmLoop) advance(move func(imr, amr Op), rows int, a column, b Register) {
	for _, p := range a.pointers[:(rows+group-1)/group] {
		move(g.aCol, p)
	}
	move(g.bRow, b)
}

// jumpByRows jumps to the label of the number of rows, which is from least to most.
func jumpByRows(rows Register, least, most int, label string) {
	for n := most; n > least; n-- {
		CMPQ(rows, Imm(uint64(n)))
		JEQ(LabelRef(fmt.Sprintf("%s%d", label, n)))
	}
	JMP(LabelRef(fmt.Sprintf("%s%d", label, least)))
}

// step adds the products of column k of A and row k of B to rows from first to last of a tile of n
// rows, with after behind each row.
func (g gemmLoop) step(n, first, last int, a column, b Register, after func()) {
	g.stepAt(0, n, first, last, a, b, after)
}

// stepAt is step for the row that is some bytes after b.
func (g gemmLoop) stepAt(offset, n, first, last int, a column, b Register, after func()) {
	vb, x := g.vecs(len(g.acc[0])), g.vec()
	for j := range vb {
		g.load(g.at(b, j).Offset(offset), vb[j])
	}
	for i := first; i <= last; i++ {
		sums := g.acc[n-1-i]
		if len(vb) == 1 && g.masks() {
			g.mulAddFrom(a.row(i), vb[0], sums[0])
		} else {
			g.broadcast(a.row(i), x)
			for j := range vb {
				g.mulAdd(x, vb[j], sums[j])
			}
		}
		after()
	}
}

// fetchDistance returns the distance in bytes at which the sum prefetches a packed panel of B: some rows
// or, in the last tiles, a whole panel, because the next panel comes next. If the sum is unrolled, it
// prefetches one line for several rows, in each of as many tiles another one.
func (g gemmLoop) fetchDistance() GPVirtual {
	ahead, near, width := GP64(), GP64(), widest*g.target.bytes()
	IMUL3Q(U32(uint32(width)), param("depth"), ahead)
	MOVQ(U32(uint32(g.blocks.SumAhead*width)), near)
	if g.unrolled > 1 {
		left := param("tiles")
		SHLQ(Imm(uint64(bits.TrailingZeros(uint(width)))), left)
		LEAQ(Mem{Base: ahead, Index: left, Scale: 1, Disp: -width}, ahead)
	}
	CMPQ(NewParamAddr("tiles", 8), Imm(uint64(g.unrolled)))
	CMOVQGT(near, ahead)
	return ahead
}

// at returns the address of vector j of a row.
func (g gemmLoop) at(row Register, j int) Mem {
	if j == 0 {
		return Mem{Base: row}
	}
	return Mem{Base: row, Index: g.last, Scale: 1}
}

// load emits a load of a vector of a row.
func (g gemmLoop) load(m Mem, v VecVirtual) {
	switch {
	case g.last != nil:
		g.move(m, v)
	case g.masks():
		g.loadZ(m, g.mask.r, v)
	default:
		g.maskMove(m, g.mask.r, v)
	}
}

// store emits a store of a vector of a row.
func (g gemmLoop) store(v VecVirtual, m Mem) {
	switch {
	case g.last != nil || g.mask.r == nil:
		g.move(v, m)
	case g.masks():
		g.move(v, g.mask.r, m)
	default:
		g.maskMove(v, g.mask.r, m)
	}
}
