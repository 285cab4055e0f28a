package neon

import (
	"fmt"
	"slices"
)

// The largest tile of the matrix product is rows x widest registers, which leaves
// registers for a row of B and for some elements of A while they are loaded.
const (
	rows   = 6
	widest = 4
)

// columns is the width of a tile of C: a number of loads, each of size bytes. If overlap
// is set, the last load ends with the tile and overlaps the one before it; both compute
// the same values in their common columns.
type columns struct {
	loads, size int
	overlap     bool
}

func (c columns) label() string {
	s := fmt.Sprintf("loads%dx%d", c.loads, c.size)
	if c.overlap {
		s += "overlap"
	}
	return s
}

// least returns the least number of columns that a tile of this width can have. Only a
// tile that overlaps can have more.
func (c columns) least(e element) int {
	if c.overlap {
		return (c.loads-1)*c.size/e.bytes() + 1
	}
	return c.loads * c.size / e.bytes()
}

// shapes returns the widths of tiles, the widest first. For every number of columns there
// is one that reads these columns and nothing else.
func (e element) shapes() []columns {
	all := []columns{{widest, bytes, false}}
	most := widest
	for size := bytes; size > e.bytes(); size /= 2 {
		for n := most; n > 1; n-- {
			all = append(all, columns{n, size, true})
		}
		all = append(all, columns{1, size, false})
		most = 2
	}
	return append(all, columns{1, e.bytes(), false})
}

// A tileLoop emits the loop over the tiles of one width of a panel of C.
type tileLoop struct {
	*kernel
	element
	columns

	a, c            greg   // of the tile at hand
	aCol, bRow, ldc greg   // bytes
	aRows           []greg // once, twice, ... the bytes from a row of A to the next
	last            greg   // bytes to the last load of a row, if it overlaps
}

// gemm emits c[i][j] = fma(a[i][k], b[k][j], c[i][j]) for k ascending. Tiles of C are
// kept in registers, and an element of A is used for all registers of a row.
func (f *file) gemm(e element) {
	f.function(fmt.Sprintf("Gemm%d", e.bits), 0, func(k *kernel) {
		g := tileLoop{kernel: k, element: e}
		g.a, g.c, g.last = k.slice("a"), k.slice("c"), k.gp()
		g.aCol, g.bRow, g.ldc = k.stride("aCol", e), k.stride("bRow", e), k.stride("ldc", e)
		g.rowsApart("aRow")
		rows, tiles, cols := k.param("rows"), k.param("tiles"), k.param("cols")
		for _, g.columns = range e.shapes() {
			k.emit("CMP", fmt.Sprintf("$%d", g.least(e)), cols)
			k.emit("BGE", g.columns.label())
		}
		k.emit("RET") // no columns
		for _, g.columns = range e.shapes() {
			k.label(g.columns.label())
			if g.overlap {
				k.emit("SUB", fmt.Sprintf("$%d", g.size/e.bytes()), cols, g.last)
				k.emit("LSL", fmt.Sprintf("$%d", g.scale()), g.last, g.last)
			}
			k.scope(func() { g.tiles(g.columns.label(), rows, tiles) })
		}
	})
}

// rowsApart loads the distance between the rows of A.
func (g *tileLoop) rowsApart(name string) {
	g.aRows = []greg{g.stride(name, g.element)}
	for len(g.aRows) < rows {
		next := g.gp()
		g.plus(next, g.aRows[len(g.aRows)-1], g.aRows[0], 0)
		g.aRows = append(g.aRows, next)
	}
}

// stride loads a distance between elements, in bytes.
func (k *kernel) stride(name string, e element) greg {
	r := k.param(name)
	k.emit("LSL", fmt.Sprintf("$%d", e.scale()), r, r)
	return r
}

// tiles emits the loop over the tiles of one width; height is the number of rows of a
// tile, and left the number of tiles. Each height has its own loop over k. They share the
// loads and stores of C: row i of a tile of n rows is in acc[n-1-i], so that n rows are
// loaded by the last n loads of the sequence, and stored by the last n stores.
func (g tileLoop) tiles(label string, height, left greg) {
	acc := make([][]vreg, rows)
	for i := range acc {
		acc[i] = g.vecs(g.loads)
	}
	each := func(part string, at greg, move func(base greg, disp int, v []vreg)) {
		for n := rows; n > 0; n-- {
			g.kernel.label(fmt.Sprintf("%s_%s%d", label, part, n))
			g.row(at, acc[n-1], move)
			g.plus(at, at, g.ldc, 0)
		}
	}
	g.comment(fmt.Sprintf("For each tile of up to %d rows:", rows))
	g.kernel.label(label + "_tile")
	at, fresh := g.copyOf(g.c), g.flag("fresh")
	g.emit("CBZ", fresh, label+"_load")
	for _, v := range acc {
		g.clearAll(v)
	}
	g.kernel.label(label + "_start")
	a, b, depth := g.copyOf(g.a), g.kernel.slice("b"), g.param("depth")
	sum := func(n int) {
		g.comment(fmt.Sprintf("Sum over k, rows: %d.", n))
		tile := slices.Clone(acc[:n])
		slices.Reverse(tile)
		g.scope(func() {
			g.vectors = slices.Concat(slices.Concat(acc[n:]...), g.vectors) // those of the other rows are free
			g.products(tile, a, b, depth, fmt.Sprintf("%s_rows%d", label, n))
		})
	}
	g.emit("CMP", fmt.Sprintf("$%d", rows), height)
	g.emit("BNE", label+"_lower")
	sum(rows)
	g.comment("Store C from the first row on.")
	each("store", g.c, g.write)
	g.emit("MADD", g.aRows[0], g.a, height, g.a)
	g.again(left, label+"_tile")
	g.emit("RET")

	g.kernel.label(label + "_lower")
	g.jumpByRows(height, rows-1, label+"_rows")
	for n := rows - 1; n > 0; n-- {
		sum(n)
		g.emit("B", fmt.Sprintf("%s_store%d", label, n))
	}
	g.comment("Load C from the first row on, and prefetch the next tile.")
	g.kernel.label(label + "_load")
	g.jumpByRows(height, rows, label+"_load")
	each("load", at, g.read)
	count := g.copyOf(height)
	g.kernel.label(label + "_fetch")
	// The line of a row's first element has come with the tile before. PRFM takes multiples of 8.
	g.fetch(at, (g.loads*g.size-1)&^7, "L1")
	g.plus(at, at, g.ldc, 0)
	g.again(count, label+"_fetch")
	g.emit("B", label+"_start")
}

// jumpByRows jumps to the label of the number of rows, which is at most most.
func (g tileLoop) jumpByRows(height greg, most int, label string) {
	for n := most; n > 1; n-- {
		g.emit("CMP", fmt.Sprintf("$%d", n), height)
		g.emit("BEQ", fmt.Sprintf("%s%d", label, n))
	}
	g.emit("B", label+"1")
}

// products emits the loop over k. The registers a, b and depth hold the addresses of a
// column of A and a row of B and the number of steps; the loop changes them.
func (g tileLoop) products(acc [][]vreg, a, b, depth greg, label string) {
	vb := g.vecs(g.loads)
	x := g.vecs(min(len(g.vectors), len(acc)))
	element := func(i int) {
		from := fmt.Sprintf("(%v)", a)
		if i > 0 {
			from += fmt.Sprintf("(%v)", g.aRows[i-1])
		}
		g.emit(moves[g.element.bytes()], from, float(x[i%len(x)]))
	}
	g.kernel.label(label)
	g.row(b, vb, g.read)
	g.plus(b, b, g.bRow, 0)
	for i := range x {
		element(i)
	}
	for i := range acc {
		for j := range vb {
			g.mulAddBy(g.element, acc[i][j], vb[j], x[i%len(x)], 0)
		}
		if next := i + len(x); next < len(acc) {
			element(next)
		}
	}
	g.plus(a, a, g.aCol, 0)
	g.again(depth, label)
}

// row emits the moves of a row of a tile between registers and memory.
func (g tileLoop) row(at greg, v []vreg, move func(base greg, disp int, v []vreg)) {
	if !g.overlap {
		move(at, 0, v)
		return
	}
	g.scope(func() {
		end := g.gp()
		g.plus(end, at, g.last, 0)
		move(at, 0, v[:len(v)-1])
		move(end, 0, v[len(v)-1:])
	})
}

func (g tileLoop) read(base greg, disp int, v []vreg) {
	if g.size == bytes {
		g.load(base, disp, v)
		return
	}
	for i, r := range v {
		g.emit(moves[g.size], at(base, disp+i*g.size), float(r))
	}
}

func (g tileLoop) write(base greg, disp int, v []vreg) {
	if g.size == bytes {
		g.store(v, base, disp)
		return
	}
	for i, r := range v {
		g.emit(moves[g.size], float(r), at(base, disp+i*g.size))
	}
}
