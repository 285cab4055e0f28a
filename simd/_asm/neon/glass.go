package neon

import (
	"fmt"
	"slices"
)

// interaction emits g[j] += s x[j] and q += w[j] x[j] for rows that are as wide as a tile of
// the matrix product. x, w and g are read once.
func (f *file) interaction() {
	f.function("Interaction64", 0, func(k *kernel) {
		rows, x, w, g := k.param("rows"), k.slice("x"), k.slice("w"), k.slice("g")
		s, q := k.vecs(widest), k.vecs(widest)
		qAt := k.slice("q")
		k.load(k.slice("s"), 0, s)
		k.load(qAt, 0, q)
		xs, ws, gs := k.vecs(widest), k.vecs(widest), k.vecs(widest)
		k.comment("g[j] += s x[j] and q += w[j] x[j] for each row j.")
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

// field emits x = M w for tiles of rows of x, which stay in registers until they have been
// used in g += s x and q += w x. Each number of rows has its own loop over k. The other
// code is shared: a branch after each row leaves it after the tile's last row.
func (f *file) field() {
	f.function("Field64", 0, func(k *kernel) {
		const row = widest * bytes
		l := tileLoop{kernel: k, element: float64s, columns: columns{widest, bytes, false}}
		s, g, own, qAt := k.slice("s"), k.slice("g"), k.slice("w"), k.slice("q")
		l.a, l.aCol, l.bRow = k.slice("m"), k.gp(), k.gp()
		l.rowsApart("ldm")
		height, tiles := k.param("rows"), k.param("tiles")
		k.emit("MOVD", immediate(l.element.bytes()), l.aCol)
		k.emit("MOVD", immediate(row), l.bRow)
		k.scope(func() { k.emit("MADD", l.bRow, own, k.param("first"), own) })
		acc := make([][]vreg, rows)
		k.comment(fmt.Sprintf("For each tile of up to %d rows:", rows))
		k.label("tile")
		for i := range acc {
			acc[i] = k.vecs(widest)
			k.clearAll(acc[i])
			k.fetch(g, i*row, "L1")
		}
		a, b, depth := k.copyOf(l.a), k.slice("w"), k.param("depth")
		sum := func(n int) {
			k.comment(fmt.Sprintf("For each k: x[j] += M[j][k] w[k] for %d rows j.", n))
			k.scope(func() { l.products(acc[:n], a, b, depth, fmt.Sprintf("rows%d", n)) })
		}
		k.emit("CMP", immediate(rows), height)
		k.emit("BNE", "lower")
		sum(rows)

		k.comment("g[j] += s x[j] and q += w[first+j] x[j] for each row j.")
		k.label("add")
		q, factor, v := k.vecs(widest), k.vecs(2), k.vecs(2)
		k.load(qAt, 0, q)
		for i := range acc {
			for j := 0; j < widest; j += len(v) {
				disp := i*row + j*bytes
				k.load(g, disp, v)
				k.load(s, j*bytes, factor)
				for part := range v {
					k.mulAdd64(v[part], factor[part], acc[i][j+part])
				}
				k.store(v, g, disp)
				k.load(own, disp, factor)
				for part := range v {
					k.mulAdd64(q[j+part], factor[part], acc[i][j+part])
				}
			}
			if i+1 < rows {
				k.emit("CMP", immediate(i+1), height)
				k.emit("BEQ", "added")
			}
		}
		k.label("added")
		k.store(q, qAt, 0)
		for _, p := range []greg{g, own} {
			k.emit("MADD", l.bRow, p, height, p)
		}
		k.emit("MADD", l.aRows[0], l.a, height, l.a)
		k.again(tiles, "tile")
		k.emit("RET")
		k.vectors = append(slices.Concat(q, factor, v), k.vectors...) // free again
		k.label("lower")
		l.jumpByRows(height, rows-1, "rows")
		for n := rows - 1; n > 0; n-- {
			sum(n)
			k.emit("B", "add")
		}
	})
}

const (
	// symBlock is the side of the blocks of a packed symmetric matrix. A row of a block
	// has symLine bytes, in symParts registers.
	symBlock = 8
	symLine  = 8 * symBlock
	symParts = symLine / bytes
	// symAhead is the distance in bytes at which the packed matrix is prefetched.
	symAhead = 4096
)

// symv emits x = M w for a packed symmetric matrix, of which each block is loaded once.
// For each block M[J][K] to the right of the diagonal, the rows of the block times w[J] are
// added to x[K], and its columns, after a transposition, times w[K] to x[J].
func (f *file) symv() {
	f.function("Symv64", 0, func(k *kernel) {
		s := symLoop{kernel: k, packed: k.slice("packed"), w: k.slice("w"), x: k.slice("x")}
		left := k.param("m")
		k.scope(func() {
			to, count, zero := k.copyOf(s.x), k.copyOf(left), k.zero()
			k.comment("x = 0")
			k.label("clear")
			k.store([]vreg{zero, zero, zero, zero}, to, 0)
			k.advance(to, symLine)
			k.emit("SUBS", fmt.Sprintf("$%d", symBlock), count, count)
			k.emit("BGT", "clear")
		})
		s.acc, s.own = k.vecs(symParts), k.vecs(symParts)
		k.comment("For each row of blocks J: x[J] += M[J][J] w[J], column by column.")
		k.label("row")
		k.load(s.x, 0, s.acc)
		s.diagonal(left)
		s.wk, s.xk, s.cols = k.copyOf(s.w), k.copyOf(s.x), k.copyOf(left)
		k.emit("CMP", "$0", s.cols)
		k.emit("BLE", "done") // in the last row w[J] may have fewer than symBlock elements
		k.load(s.w, 0, s.own)
		k.comment("For each block K to its right: x[K] += M[J][K]^T w[J], row by row, and x[J] += M[J][K] w[K], column by column.")
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
		k.comment("The last block, if only some of its columns are in M.")
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

// A symLoop emits the code for one row J of blocks.
type symLoop struct {
	*kernel
	packed, w, x greg   // the addresses of the next block, w[J] and x[J]
	wk, xk, cols greg   // the addresses of w[K] and x[K], and the number of columns left
	acc, own     []vreg // x[J] and w[J]
}

// diagonal adds M[J][J] w[J] to acc, and subtracts the rows of the block from left.
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

// block adds M[J][K]^T w[J] to x[K] and M[J][K] w[K] to acc, two rows of the block at a time.
// Unless full is set, the columns beyond those of M are left out of the second product.
func (s symLoop) block(full bool) {
	sum, factors := s.vecs(symParts), s.vecs(symParts)
	s.load(s.xk, 0, sum)
	if full {
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
					if full {
						s.mulAddBy(float64s, s.acc[p], column, factors[q], c)
						continue
					}
					if 2*q+c == symBlock-1 { // which only a whole block has
						break
					}
					s.emit("CMP", fmt.Sprintf("$%d", 2*q+c), s.cols)
					s.emit("BLE", skip)
					s.emit("FMOVD", at(s.wk, 8*(2*q+c)), float(factors[0]))
					s.mulAddBy(float64s, s.acc[p], column, factors[0], 0)
				}
			}
			if !full {
				s.kernel.label(skip)
			}
		})
	}
	s.store(sum, s.xk, 0)
	s.advance(s.packed, symBlock*symLine)
}
