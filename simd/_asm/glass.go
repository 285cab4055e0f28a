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
	declare("Interaction64", NOSPLIT)
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
	declare("Field64", NOSPLIT)
	e := float64s
	m, tiles := slice("m"), param("tiles")
	f := fieldLoop{target: t, element: e, m: rowsOf(m, e.stride("ldm")), tiles: tiles}
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
	target
	element
	m      matrixRows // of the tile at hand
	tiles  GPVirtual  // how many are left
	g, own GPVirtual  // the rows of g and w that the tile at hand belongs to
}

func (f fieldLoop) run(n int, label string) {
	Label(label)
	row := widest * f.target.bytes()
	acc := f.accumulators(n, widest)
	for i := range acc {
		for _, v := range acc[i] {
			f.clear(v)
		}
	}
	at, b, k := f.m.column(n), slice("w"), param("depth")
	vb, x := f.vecs(widest), f.vec()
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
	IMUL3Q(U32(uint32(n)), f.m.step, down)
	ADDQ(down, f.m.first)
	DECQ(f.tiles)
	JNZ(LabelRef(label))
	VZEROUPPER()
	RET()
}

// symBlock is the side of the blocks of a packed symmetric matrix.
const symBlock = 8

// symv: x = M w for a packed symmetric matrix of which each block is read once. A
// row of blocks J adds to all x[K] behind it, row by row, and turned about, column
// by column, what these add to x[J].
func (t target) symv() {
	declare("Symv64", NOSPLIT)
	const line, size = symBlock * 8, symBlock * symBlock * 8
	l := t.bytes() / 8 // lanes: a block is parts x parts squares of that side
	parts := symBlock / l
	left, packed, w, x := param("m"), slice("packed"), slice("w"), slice("x")
	zero, to, count := t.zero(), copyOf(x), copyOf(left)
	Label("clear")
	for i := 0; i < parts; i++ {
		VMOVUPD(zero, Mem{Base: to, Disp: i * t.bytes()})
	}
	advance(to, line)
	SUBQ(Imm(symBlock), count)
	JG(LabelRef("clear"))

	acc, sum, factor := t.vecs(parts), t.vecs(parts), t.vec()
	Label("row")
	for i := range acc {
		VMOVUPD(Mem{Base: x, Disp: i * t.bytes()}, acc[i])
	}
	for c := 0; c < symBlock; c++ {
		CMPQ(left, Imm(uint64(c)))
		JLE(LabelRef("diagonal"))
		VBROADCASTSD(Mem{Base: w, Disp: 8 * c}, factor)
		for i := range acc {
			VFMADD231PD(Mem{Base: packed, Disp: c*line + i*t.bytes()}, factor, acc[i])
		}
	}
	Label("diagonal")
	advance(packed, size)
	SUBQ(Imm(symBlock), left)
	wk, xk, cols := copyOf(w), copyOf(x), copyOf(left)
	block := func(whole bool) {
		for i := range sum {
			VMOVUPD(Mem{Base: xk, Disp: i * t.bytes()}, sum[i])
		}
		for p := 0; p < parts; p++ {
			for q := 0; q < parts; q++ {
				rows := t.vecs(l)
				for r := range rows {
					VMOVUPD(Mem{Base: packed, Disp: (p*l+r)*line + q*t.bytes()}, rows[r])
					t.mulAddOne(Mem{Base: w, Disp: 8 * (p*l + r)}, rows[r], sum[q])
				}
				skip := fmt.Sprintf("rest%d%d", p, q)
				for c, column := range t.turned(rows) {
					if !whole {
						CMPQ(cols, Imm(uint64(q*l+c)))
						JLE(LabelRef(skip))
					}
					t.mulAddOne(Mem{Base: wk, Disp: 8 * (q*l + c)}, column, acc[p])
				}
				if !whole {
					Label(skip)
				}
			}
		}
		for i := range sum {
			VMOVUPD(sum[i], Mem{Base: xk, Disp: i * t.bytes()})
		}
		advance(packed, size)
	}
	Label("column")
	advance(wk, line)
	advance(xk, line)
	CMPQ(cols, Imm(symBlock))
	JLT(LabelRef("last"))
	for i := 0; i < size; i += 64 {
		PREFETCHT0(Mem{Base: packed, Disp: symAhead + i})
	}
	block(true)
	SUBQ(Imm(symBlock), cols)
	JMP(LabelRef("column"))
	Label("last")
	TESTQ(cols, cols)
	JLE(LabelRef("done"))
	block(false)
	Label("done")
	for i := range acc {
		VMOVUPD(acc[i], Mem{Base: x, Disp: i * t.bytes()})
	}
	advance(w, line)
	advance(x, line)
	TESTQ(left, left)
	JG(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// symAhead is how many bytes ahead a packed matrix is fetched.
const symAhead = 4096

// mulAddOne: acc += v times the number at m.
func (t target) mulAddOne(m Mem, v, acc VecVirtual) {
	if t.bits == 512 {
		VFMADD231PD_BCST(m, v, acc)
		return
	}
	x := t.vec()
	VBROADCASTSD(m, x)
	VFMADD231PD(x, v, acc)
}

// turned transposes a square of float64.
func (t target) turned(v []VecVirtual) []VecVirtual {
	pairs := make([]VecVirtual, len(v))
	for i := 0; i < len(v); i += 2 {
		pairs[i], pairs[i+1] = t.vec(), t.vec()
		VUNPCKLPD(v[i+1], v[i], pairs[i])
		VUNPCKHPD(v[i+1], v[i], pairs[i+1])
	}
	out := t.vecs(len(v))
	if t.bits == 256 {
		for c := range out {
			VPERM2F128(Imm(uint64(0x20+0x11*(c/2))), pairs[2+c%2], pairs[c%2], out[c])
		}
		return out
	}
	// pairs[2r+h] has, in its 128-bit part k, the columns 2k+h of the rows 2r and 2r+1.
	for h := 0; h < 2; h++ {
		low := [2]VecVirtual{t.vec(), t.vec()} // parts 0 and 2 of the rows 0-3, of the rows 4-7
		high := [2]VecVirtual{t.vec(), t.vec()}
		for half := range low {
			x, y := pairs[4*half+h], pairs[4*half+2+h]
			VSHUFF64X2(Imm(0x88), y, x, low[half])
			VSHUFF64X2(Imm(0xdd), y, x, high[half])
		}
		for k, part := range [][2]VecVirtual{low, high} {
			// parts k and k+2: columns 2k+h and 2k+4+h
			VSHUFF64X2(Imm(0x88), part[1], part[0], out[2*k+h])
			VSHUFF64X2(Imm(0xdd), part[1], part[0], out[2*k+4+h])
		}
	}
	return out
}
