package neon

import "fmt"

// interaction: g += s x and q += w x, down rows as wide as a tile of the matrix
// product; x, w and g are read once.
func (f *file) interaction() {
	f.function("Interaction64", 0, func(k *kernel) {
		rows, x, w, g := k.param("rows"), k.slice("x"), k.slice("w"), k.slice("g")
		s, q := k.vecs(widest), k.vecs(widest)
		qAt := k.slice("q")
		k.load(k.slice("s"), 0, s)
		k.load(qAt, 0, q)
		xs, ws, gs := k.vecs(widest), k.vecs(widest), k.vecs(widest)
		k.label("row")
		k.load(x, 0, xs)
		k.load(w, 0, ws)
		k.load(g, 0, gs)
		for i := range xs {
			k.mulAdd64(q[i], ws[i], xs[i])
			k.mulAdd64(gs[i], s[i], xs[i])
		}
		k.store(gs, g, 0)
		for _, p := range []greg{x, w, g} {
			k.advance(p, widest*bytes)
		}
		k.again(rows, "row")
		k.store(q, qAt, 0)
	})
}

// A fieldLoop emits the loop over the tiles of one height.
type fieldLoop struct {
	tileLoop
	tiles   greg // how many are left
	s, g, q greg
	own     greg // the rows of w that the tile at hand is about
}

// field: x = M w for tiles of rows of M, each held in registers until g += s x and
// q += w x are done; the rows of g come from afar while their sums are computed.
func (f *file) field() {
	f.function("Field64", 0, func(k *kernel) {
		e := float64s
		l := fieldLoop{tileLoop: tileLoop{kernel: k, element: e, columns: columns{widest, bytes, false}}}
		l.a, l.tiles = k.slice("m"), k.param("tiles")
		l.s, l.g, l.q = k.slice("s"), k.slice("g"), k.slice("q")
		l.rowsApart("ldm")
		l.aCol, l.bRow, l.own = k.gp(), k.gp(), k.slice("w")
		k.emit("MOVD", fmt.Sprintf("$%d", e.bytes()), l.aCol)
		k.emit("MOVD", fmt.Sprintf("$%d", widest*bytes), l.bRow)
		k.scope(func() { k.emit("MADD", l.bRow, l.own, k.param("first"), l.own) })
		k.scope(func() {
			n := k.param("rows")
			for i := rows; i > 1; i-- {
				k.emit("CMP", fmt.Sprintf("$%d", i), n)
				k.emit("BEQ", fmt.Sprintf("rows%d", i))
			}
		})
		for i := 1; i <= rows; i++ {
			k.scope(func() { l.run(i, fmt.Sprintf("rows%d", i)) })
		}
	})
}

func (l fieldLoop) run(n int, label string) {
	const row = widest * bytes
	l.kernel.label(label)
	acc := make([][]vreg, n)
	for i := range acc {
		l.fetch(l.g, i*row, "L1")
		acc[i] = l.vecs(widest)
		l.clearAll(acc[i])
	}
	l.scope(func() { b := l.kernel.slice("w"); l.products(acc, l.copyOf(l.a), b, l.param("depth"), label+"_k") })
	q, factor, g := l.vecs(widest), l.vecs(2), l.vecs(2)
	l.load(l.q, 0, q)
	for i := range acc {
		for j := 0; j < widest; j += len(g) {
			l.load(l.g, i*row+j*bytes, g)
			l.load(l.s, j*bytes, factor)
			for part := range g {
				l.mulAdd64(g[part], factor[part], acc[i][j+part])
			}
			l.store(g, l.g, i*row+j*bytes)
			l.load(l.own, i*row+j*bytes, factor)
			for part := range g {
				l.mulAdd64(q[j+part], factor[part], acc[i][j+part])
			}
		}
	}
	l.store(q, l.q, 0)
	l.advance(l.g, n*row)
	l.advance(l.own, n*row)
	l.plus(l.a, l.a, l.aRows[n-1], 0)
	l.again(l.tiles, label)
	l.emit("RET")
}

const (
	// symBlock is the side of the blocks of a packed symmetric matrix, symLine the
	// bytes of one of its rows, in symParts registers.
	symBlock = 8
	symLine  = 8 * symBlock
	symParts = symLine / bytes
	// symAhead is how many bytes ahead the matrix is fetched.
	symAhead = 4096
)

// symv: x = M w for a packed symmetric matrix of which each block is read once. A
// row of blocks J adds to all x[K] behind it, row by row, and turned about, column
// by column, what these add to x[J].
func (f *file) symv() {
	f.function("Symv64", 0, func(k *kernel) {
		s := symLoop{kernel: k, packed: k.slice("packed"), w: k.slice("w"), x: k.slice("x")}
		left := k.param("m")
		k.scope(func() {
			to, count, zero := k.copyOf(s.x), k.copyOf(left), k.zero()
			k.label("clear")
			k.store([]vreg{zero, zero, zero, zero}, to, 0)
			k.advance(to, symLine)
			k.emit("SUBS", fmt.Sprintf("$%d", symBlock), count, count)
			k.emit("BGT", "clear")
		})
		s.acc, s.own = k.vecs(symParts), k.vecs(symParts)
		k.label("row")
		k.load(s.x, 0, s.acc)
		s.diagonal(left)
		s.wk, s.xk, s.cols = k.copyOf(s.w), k.copyOf(s.x), k.copyOf(left)
		k.emit("CMP", "$0", s.cols)
		k.emit("BLE", "done") // the last row, whose w may be less than a line
		k.load(s.w, 0, s.own)
		k.label("column")
		k.advance(s.wk, symLine)
		k.advance(s.xk, symLine)
		k.emit("CMP", fmt.Sprintf("$%d", symBlock), s.cols)
		k.emit("BLT", "last")
		for i := 0; i < symBlock*symLine; i += 64 {
			k.fetch(s.packed, symAhead+i, "L1")
		}
		k.scope(func() { s.block(true) })
		k.emit("SUB", fmt.Sprintf("$%d", symBlock), s.cols, s.cols)
		k.emit("B", "column")
		k.label("last")
		k.emit("CBZ", s.cols, "done")
		k.scope(func() { s.block(false) })
		k.label("done")
		k.store(s.acc, s.x, 0)
		k.advance(s.w, symLine)
		k.advance(s.x, symLine)
		k.emit("CMP", "$0", left)
		k.emit("BGT", "row")
	})
}

// A symLoop emits what a row of blocks does.
type symLoop struct {
	*kernel
	packed, w, x greg // of the block and the row at hand
	wk, xk, cols greg // of the column at hand; how many columns are left
	acc, own     []vreg
}

// diagonal adds a block on the diagonal to acc, and counts its rows off left.
func (s symLoop) diagonal(left greg) {
	s.scope(func() {
		factor, v := s.vec(), s.vecs(symParts)
		for c := range symBlock {
			if c > 0 {
				s.emit("CMP", fmt.Sprintf("$%d", c), left)
				s.emit("BLE", "diagonal")
			}
			s.emit("FMOVD", at(s.w, 8*c), float(factor))
			s.load(s.packed, c*symLine, v)
			for i := range v {
				s.mulAddBy(float64s, s.acc[i], v[i], factor, 0)
			}
		}
		s.kernel.label("diagonal")
		s.advance(s.packed, symBlock*symLine)
		s.emit("SUB", fmt.Sprintf("$%d", symBlock), left, left)
	})
}

// block adds a block behind the diagonal, two rows at a time: to x[K] with the w
// of its rows, and its columns, as many as there are, to acc with theirs.
func (s symLoop) block(whole bool) {
	sum, factors := s.vecs(symParts), s.vecs(symParts)
	s.load(s.xk, 0, sum)
	if whole {
		s.load(s.wk, 0, factors)
	}
	for p := range symParts {
		s.scope(func() {
			upper, lower := s.vecs(symParts), s.vecs(symParts)
			s.load(s.packed, 2*p*symLine, upper)
			s.load(s.packed, (2*p+1)*symLine, lower)
			for r, row := range [][]vreg{upper, lower} {
				for q := range row {
					s.mulAddBy(float64s, sum[q], row[q], s.own[p], r)
				}
			}
			skip := fmt.Sprintf("rows%d", p)
			for q := range symParts {
				for c, column := range s.transposed([]vreg{upper[q], lower[q]}) {
					if whole {
						s.mulAddBy(float64s, s.acc[p], column, factors[q], c)
						continue
					}
					s.emit("CMP", fmt.Sprintf("$%d", 2*q+c), s.cols)
					s.emit("BLE", skip)
					s.emit("FMOVD", at(s.wk, 8*(2*q+c)), float(factors[0]))
					s.mulAddBy(float64s, s.acc[p], column, factors[0], 0)
				}
			}
			if !whole {
				s.kernel.label(skip)
			}
		})
	}
	s.store(sum, s.xk, 0)
	s.advance(s.packed, symBlock*symLine)
}
