package kernels

import (
	"fmt"
	"slices"
)

// A width is the number of units of the tile that the code is for: Tile in a full tile,
// and in a narrower one the kernel's argument, which the code tests after each unit.
type width[R any] struct {
	units  int // the largest number
	prefix string
	narrow bool
	arg    R // the number of units of a narrower tile
}

// widths emits the code of body twice: for full tiles and for narrower ones.
func (k kernels[V, R, M]) widths(body func(w width[R])) {
	w := k.Param("width")
	k.Branch(w, NE, Tile, "narrow")
	k.Scope(func() { body(width[R]{units: Tile, prefix: "full"}) })
	k.Return()
	k.Comment("The same for a tile of fewer units: a branch after each unit leaves the code for the units after the last one.")
	k.Label("narrow")
	k.Scope(func() { body(width[R]{Tile - 1, "narrow", true, w}) })
}

// units returns an iterator over the units of a tile, which also emits the branches that
// end the code of a narrower tile. Their label begins with name.
func (k kernels[V, R, M]) units(w width[R], name string) Units {
	return func(body func(u int)) {
		for u := range w.units {
			body(u)
			if w.narrow && u+1 < w.units {
				k.Branch(w.arg, EQ, u+1, name+"_units")
			}
		}
		if w.narrow {
			k.Label(name + "_units")
		}
	}
}

// rowsAndUnits emits the code of body for each unit u of each of m rows i. The order is
// row by row in a full tile, and unit by unit in a narrower one, so that there is one
// branch for each unit.
func (k kernels[V, R, M]) rowsAndUnits(w width[R], name string, m int, body func(i, u int)) {
	if w.narrow {
		k.units(w, name)(func(u int) {
			for i := range m {
				body(i, u)
			}
		})
		return
	}
	for i := range m {
		for u := range w.units {
			body(i, u)
		}
	}
}

// passes emits a loop over the sixteen lanes, of which body computes a group of g
// registers at a time. The pointers advance to the next lanes after each pass.
func (k kernels[V, R, M]) passes(prefix string, g int, body func(), pointers ...R) {
	n := k.vecRegisters() / g
	if n == 1 {
		k.Scope(body)
		return
	}
	left := k.Set(n)
	k.Comment(fmt.Sprintf("For each of %d passes over the lanes", n))
	k.Label(prefix + "_pass")
	k.Scope(body)
	for _, p := range pointers {
		k.Advance(p, g*k.Bytes)
	}
	k.CountDown(left, 1, NE, prefix+"_pass")
}

// rowPasses emits a loop over passes like passes, for a kernel that multiplies all lanes of
// a row by the same number. rows points to rows of a tile, and vectors to single vectors.
// body gets the number of bytes from a unit of a row to the next one.
//
// With k.Halves, the two passes over a full tile do not divide its rows by lanes: the first
// one computes the first half of each row's registers, as if they were units, and the second
// one the other half. A pass then reads half of the cache lines of a row, instead of half
// of each line, and the rows that it reads again and again take half the room in the
// first-level cache.
func (k kernels[V, R, M]) rowPasses(w width[R], g int, body func(unit int), rows []R, vectors ...R) {
	if !k.halves(w, g) {
		k.passes(w.prefix, g, func() { body(Vec) }, slices.Concat(rows, vectors)...)
		return
	}
	left := k.Set(2)
	k.Comment("For each half of the registers of a row")
	k.Label(w.prefix + "_pass")
	k.Scope(func() { body(g * k.Bytes) })
	for _, p := range rows {
		k.Advance(p, Tile*g*k.Bytes)
	}
	for _, p := range vectors {
		k.Advance(p, g*k.Bytes)
	}
	k.CountDown(left, 1, NE, w.prefix+"_pass")
}

// halves reports whether rowPasses divides rows by address.
func (k kernels[V, R, M]) halves(w width[R], g int) bool {
	return k.Halves && !w.narrow && 2*g == k.vecRegisters()
}

// blocks emits two loops over count samples or inputs, as things says: one over blocks of
// k.Block of them, and one over those that are left. body gets the number m of a block,
// and must advance its pointers by m.
func (k kernels[V, R, M]) blocks(prefix, things string, count R, body func(m int, prefix string)) {
	for _, m := range []int{k.Block, 1} {
		p := fmt.Sprintf("%s_by%d", prefix, m)
		k.Branch(count, LT, m, p+"_end")
		if m > 1 {
			k.Comment(fmt.Sprintf("For each block of %d %s", m, things))
		} else {
			k.Comment("For each of the " + things + " left")
		}
		k.Label(p)
		k.Scope(func() { body(m, p) })
		k.Advance(count, -m)
		k.Branch(count, GE, m, p)
		k.Label(p + "_end")
	}
}

// A stride is a pointer that moves from row to row, and the name of the parameter that
// holds the number of float32 from one tile of rows to the next.
type stride[R any] struct {
	p    R
	name string
}

// acrossTiles emits a loop over rows that are stored in tiles of five. left is the number
// of rows.
func (k kernels[V, R, M]) acrossTiles(label string, left R, body func(), pointers ...stride[R]) {
	inTile := k.Set(Tile)
	k.Label(label)
	k.Scope(body)
	for _, s := range pointers {
		k.Advance(s.p, Vec)
	}
	k.CountDown(left, 1, EQ, label+"_end")
	k.CountDown(inTile, 1, NE, label)
	k.Move(inTile, Tile)
	for _, s := range pointers {
		// p is at the end of a tile.
		k.Scope(func() { k.Plus(s.p, s.p, k.Param(s.name), 2, -Row) })
	}
	k.Jump(label)
	k.Label(label + "_end")
}

// accumulators returns m x n groups of g registers.
func (k kernels[V, R, M]) accumulators(m, n, g int) [][][]V {
	acc := make([][][]V, m)
	for i := range acc {
		for range n {
			acc[i] = append(acc[i], k.Vecs(g))
		}
	}
	return acc
}

// sgd emits w = fma(-step, g + 0, w) for the vectors at address w + disp.
func (k kernels[V, R, M]) sgd(w R, disp int, g, step, zero []V) {
	k.Scope(func() {
		v := k.Vecs(min(2, len(g)))
		for i := 0; i < len(g); i += len(v) {
			part := g[i : i+len(v)]
			k.Op(Add, part, part, zero)
			k.Load(v, w, disp+i*k.Bytes)
			k.Op(MulSub, v, step[i:i+len(v)], part)
			k.Store(v, w, disp+i*k.Bytes)
		}
	})
}
