package neon

import "fmt"

// Tiles of the matrix product have at most rows rows of widest registers: as many
// as leave room for a row of B and some elements of A on their way.
const (
	rows   = 6
	widest = 4
)

// columns is the width of a tile of C: so many loads of so many bytes. Where
// overlap is set the last load ends with the tile and takes columns of the one
// before it again: both compute the same.
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

// least is how many columns c is for, or if it overlaps, and more.
func (c columns) least(e element) int {
	if c.overlap {
		return (c.loads-1)*c.size/e.bytes() + 1
	}
	return c.loads * c.size / e.bytes()
}

// shapes are the widths of tiles, the widest first: whatever the columns, nothing
// but them is read.
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

	a, c, tiles     greg   // of the tile at hand; how many are left
	aCol, bRow, ldc greg   // bytes
	aRows           []greg // once, twice, ... the bytes from a row of A to the next
	last            greg   // bytes to the last load of a row, if it overlaps
}

// gemm: c[i][j] = fma(a[i][k], b[k][j], c[i][j]), k ascending, for tiles of rows
// x columns that stay in registers: one element of a serves the registers of a row.
func (f *file) gemm(e element) {
	f.function(fmt.Sprintf("Gemm%d", e.bits), 0, func(k *kernel) {
		g := tileLoop{kernel: k, element: e}
		g.a, g.c, g.tiles, g.last = k.slice("a"), k.slice("c"), k.param("tiles"), k.gp()
		g.aCol, g.bRow, g.ldc = k.stride("aCol", e), k.stride("bRow", e), k.stride("ldc", e)
		g.rowsApart("aRow")
		g.dispatch()
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

// dispatch emits a loop for each size of a tile, and jumps to the one asked for.
func (g tileLoop) dispatch() {
	n, cols, shapes := g.param("rows"), g.param("cols"), g.shapes()
	for _, s := range shapes {
		g.emit("CMP", fmt.Sprintf("$%d", s.least(g.element)), cols)
		g.emit("BGE", s.label())
	}
	g.emit("RET") // no columns
	for _, s := range shapes {
		g.columns = s
		g.kernel.label(s.label())
		if s.overlap {
			g.emit("SUB", fmt.Sprintf("$%d", s.size/g.element.bytes()), cols, g.last)
			g.emit("LSL", fmt.Sprintf("$%d", g.scale()), g.last, g.last)
		}
		for i := rows; i > 1; i-- {
			g.emit("CMP", fmt.Sprintf("$%d", i), n)
			g.emit("BEQ", fmt.Sprintf("%s_rows%d", s.label(), i))
		}
		for i := 1; i <= rows; i++ {
			g.scope(func() { g.run(i, fmt.Sprintf("%s_rows%d", s.label(), i)) })
		}
	}
}

// run emits the loop over tiles of n rows.
func (g tileLoop) run(n int, label string) {
	g.kernel.label(label)
	acc := make([][]vreg, n)
	for i := range acc {
		acc[i] = g.vecs(g.loads)
	}
	g.scope(func() {
		fresh, at := g.flag("fresh"), g.copyOf(g.c)
		g.emit("CBNZ", fresh, label+"_fresh")
		for _, v := range acc {
			g.row(at, v, g.read)
			g.plus(at, at, g.ldc, 0)
		}
		// The next tile of C comes while this one is computed.
		for range acc {
			g.fetch(at, 0, "L1")
			g.plus(at, at, g.ldc, 0)
		}
		g.emit("B", label+"_start")
		g.kernel.label(label + "_fresh")
		for _, v := range acc {
			g.clearAll(v)
		}
	})
	g.kernel.label(label + "_start")
	g.scope(func() { g.products(acc, g.kernel.slice("b"), label+"_k") })
	for _, v := range acc {
		g.row(g.c, v, g.write)
		g.plus(g.c, g.c, g.ldc, 0)
	}
	g.plus(g.a, g.a, g.aRows[n-1], 0)
	g.again(g.tiles, label)
	g.emit("RET")
}

// products emits the sum over k; b, the first row of B, walks.
func (g tileLoop) products(acc [][]vreg, b greg, label string) {
	a, depth := g.copyOf(g.a), g.param("depth")
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

// row moves a row of a tile between registers and memory.
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
