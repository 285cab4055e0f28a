package kernels

import "fmt"

// A width is the units of a tile that a body works on: all of a full tile, or those
// of a narrower one, as many as the kernel's argument says, which is tested after
// each unit.
type width[R any] struct {
	units  int // at most
	prefix string
	narrow bool
	arg    R
}

// widths emits body for full tiles and once more for narrower ones.
func (k kernels[V, R, M]) widths(body func(w width[R])) {
	w := k.Param("width")
	k.Branch(w, NE, Tile, "narrow")
	k.Scope(func() { body(width[R]{units: Tile, prefix: "full"}) })
	k.Return()
	k.Comment("The same for less than a whole tile: what is done for each unit ends after the last.")
	k.Label("narrow")
	k.Scope(func() { body(width[R]{Tile - 1, "narrow", true, w}) })
}

// each returns what emits code for each unit of a tile; name is its label's.
func (k kernels[V, R, M]) each(w width[R], name string) Units {
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

// all emits code for each unit u of each of m rows i: in the order of memory for a
// full tile, else unit by unit.
func (k kernels[V, R, M]) all(w width[R], name string, m int, body func(i, u int)) {
	if w.narrow {
		k.each(w, name)(func(u int) {
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

// passes runs body over all sixteen lanes, a group of g registers at a time; the
// pointers are moved along the lanes between passes.
func (k kernels[V, R, M]) passes(prefix string, g int, body func(), pointers ...R) {
	n := k.whole() / g
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

// blocks emits body for blocks of k.Block of the things that count counts, then for
// one at a time. body must advance its pointers by m things.
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

// A stride is a pointer that moves from row to row, and the parameter that says how
// many float32 further the next tile of rows begins.
type stride[R any] struct {
	p    R
	name string
}

// acrossTiles emits body for each of the rows left, which are in tiles of five.
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
		// From just behind one tile to the next.
		k.Scope(func() { k.Plus(s.p, s.p, k.Param(s.name), 2, -Row) })
	}
	k.Jump(label)
	k.Label(label + "_end")
}

// accumulators takes registers for m times n groups of g registers.
func (k kernels[V, R, M]) accumulators(m, n, g int) [][][]V {
	acc := make([][][]V, m)
	for i := range acc {
		for range n {
			acc[i] = append(acc[i], k.Vecs(g))
		}
	}
	return acc
}

// sgd emits w = fma(-step, g + 0, w) for the vectors at an address.
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
