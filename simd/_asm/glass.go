package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// interaction emits g[j] += s x[j] and q += w[j] x[j] for rows that are as wide as a tile of
// the matrix product. x, w and g are read once.
func (t target) interaction() {
	declare("Interaction64", NOSPLIT)
	rows, x, w, g := param("rows"), slice("x"), slice("w"), slice("g")
	s, q := t.vecs(widest), t.vecs(widest)
	sAt, qAt := slice("s"), slice("q")
	for i := range s {
		VMOVUPD(Mem{Base: sAt, Disp: i * t.bytes()}, s[i])
		VMOVUPD(Mem{Base: qAt, Disp: i * t.bytes()}, q[i])
	}
	Comment("g[j] += s x[j] and q += w[j] x[j] for each row j.")
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

// field emits x = M w for tiles of rows of x, which stay in registers until they have been
// used in g += s x and q += w x. Each number of rows has its own loop over k. The other
// code is shared: a branch after each row leaves it after the tile's last row.
func (t target) field() {
	declare("Field64", NOSPLIT)
	row, most := widest*t.bytes(), t.rows
	m, g, own := rowsOf(slice("m"), float64s.stride("ldm")), slice("g"), param("first")
	IMUL3Q(U32(uint32(row)), own, own)
	ADDQ(slice("w"), own)
	acc := t.accumulators(most, widest)
	Commentf("For each tile of up to %d rows:", most)
	Label("tile")
	for i := range acc {
		for _, v := range acc[i] {
			t.clear(v)
		}
	}
	rows, end, b, k := param("rows"), GP64(), slice("w"), param("depth")
	IMUL3Q(U32(uint32(row)), rows, end)
	LEAQ(Mem{Base: g, Index: end, Scale: 1, Disp: -64}, end)
	line, at := copyOf(g), m.column(most)
	sum := func(n int) {
		Commentf("For each k: x[j] += M[j][k] w[k] for %d rows j. Prefetch a line of the tile's g.", n)
		loop := fmt.Sprintf("rows%d", n)
		Label(loop)
		next := GP64()
		PREFETCHT0(Mem{Base: line})
		LEAQ(Mem{Base: line, Disp: 64}, next)
		CMPQ(line, end)
		CMOVQNE(next, line)
		vb, x := t.vecs(widest), t.vec()
		for j := range vb {
			VMOVUPD(Mem{Base: b, Disp: j * t.bytes()}, vb[j])
		}
		for i := range n {
			VBROADCASTSD(at.row(i), x)
			for j := range vb {
				VFMADD231PD(x, vb[j], acc[i][j])
			}
		}
		for _, p := range at.pointers[:(n+group-1)/group] {
			advance(p, 8)
		}
		advance(b, row)
		DECQ(k)
		JNZ(LabelRef(loop))
	}
	CMPQ(rows, Imm(uint64(most)))
	JNE(LabelRef("lower"))
	sum(most)

	Comment("g[j] += s x[j] and q += w[first+j] x[j] for each row j.")
	Label("add")
	left := param("rows")
	s, q, total, x := slice("s"), slice("q"), t.vecs(widest), t.vec()
	for j := range total {
		VMOVUPD(Mem{Base: q, Disp: j * t.bytes()}, total[j])
	}
	for i := range acc {
		for j := range total {
			disp := i*row + j*t.bytes()
			VMOVUPD(Mem{Base: g, Disp: disp}, x)
			VFMADD231PD(Mem{Base: own, Disp: disp}, acc[i][j], total[j])
			VFMADD231PD(Mem{Base: s, Disp: j * t.bytes()}, acc[i][j], x)
			VMOVUPD(x, Mem{Base: g, Disp: disp})
		}
		if i+1 < most {
			CMPQ(left, Imm(uint64(i+1)))
			JEQ(LabelRef("added"))
		}
	}
	Label("added")
	for j := range total {
		VMOVUPD(total[j], Mem{Base: q, Disp: j * t.bytes()})
	}
	down := GP64()
	IMUL3Q(U32(uint32(row)), left, down)
	ADDQ(down, g)
	ADDQ(down, own)
	IMULQ(m.step, left)
	ADDQ(left, m.first)
	DECQ(NewParamAddr("tiles", 8)) // counts down in memory: no register is free
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
	Label("lower")
	jumpByRows(rows, 1, most-1, "rows")
	for n := most - 1; n >= 1; n-- {
		sum(n)
		JMP(LabelRef("add"))
	}
}

// symBlock is the side of the blocks of a packed symmetric matrix.
const symBlock = 8

// symv emits x = M w for a packed symmetric matrix, of which each block is loaded once.
// For each block M[J][K] to the right of the diagonal, the rows of the block times w[J] are
// added to x[K], and its columns, after a transposition, times w[K] to x[J].
func (t target) symv() {
	declare("Symv64", NOSPLIT)
	const line, size = symBlock * 8, symBlock * symBlock * 8
	l := t.bytes() / 8 // lanes of a register: a block consists of parts x parts squares of side l
	parts := symBlock / l
	left, packed, w, x := param("m"), slice("packed"), slice("w"), slice("x")
	zero, to, count := t.zero(), copyOf(x), copyOf(left)
	Comment("x = 0")
	Label("clear")
	for i := 0; i < parts; i++ {
		VMOVUPD(zero, Mem{Base: to, Disp: i * t.bytes()})
	}
	advance(to, line)
	SUBQ(Imm(symBlock), count)
	JG(LabelRef("clear"))

	acc, sum, factor := t.vecs(parts), t.vecs(parts), t.vec()
	Comment("For each row of blocks J: x[J] += M[J][J] w[J], column by column.")
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
	block := func(full bool) {
		for i := range sum {
			VMOVUPD(Mem{Base: xk, Disp: i * t.bytes()}, sum[i])
		}
		for p := 0; p < parts; p++ {
			for q := 0; q < parts; q++ {
				rows := t.vecs(l)
				for r := range rows {
					VMOVUPD(Mem{Base: packed, Disp: (p*l+r)*line + q*t.bytes()}, rows[r])
					t.mulAddScalar(Mem{Base: w, Disp: 8 * (p*l + r)}, rows[r], sum[q])
				}
				skip := fmt.Sprintf("rest%d%d", p, q)
				for c, column := range t.transposedSquare(rows) {
					if !full && q*l+c == symBlock-1 { // which only a whole block has
						break
					}
					if !full {
						CMPQ(cols, Imm(uint64(q*l+c)))
						JLE(LabelRef(skip))
					}
					t.mulAddScalar(Mem{Base: wk, Disp: 8 * (q*l + c)}, column, acc[p])
				}
				if !full {
					Label(skip)
				}
			}
		}
		for i := range sum {
			VMOVUPD(sum[i], Mem{Base: xk, Disp: i * t.bytes()})
		}
		advance(packed, size)
	}
	Comment("For each block K to its right: x[K] += M[J][K]^T w[J], row by row, and x[J] += M[J][K] w[K], column by column.")
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
	Comment("The last block, if only some of its columns are in M.")
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

// symAhead is the distance in bytes at which the packed matrix is prefetched.
const symAhead = 4096

// mulAddScalar emits acc = fma(v, x, acc), where x is the float64 at m.
func (t target) mulAddScalar(m Mem, v, acc VecVirtual) {
	if t.bits == 512 {
		VFMADD231PD_BCST(m, v, acc)
		return
	}
	x := t.vec()
	VBROADCASTSD(m, x)
	VFMADD231PD(x, v, acc)
}

// transposedSquare returns the columns of a square of float64, whose rows are v.
func (t target) transposedSquare(v []VecVirtual) []VecVirtual {
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
	// The 128-bit part k of pairs[2r+h] holds column 2k+h of rows 2r and 2r+1.
	for h := 0; h < 2; h++ {
		low := [2]VecVirtual{t.vec(), t.vec()}  // parts 0 and 2: low[0] of rows 0 to 3, low[1] of rows 4 to 7
		high := [2]VecVirtual{t.vec(), t.vec()} // parts 1 and 3 likewise
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
