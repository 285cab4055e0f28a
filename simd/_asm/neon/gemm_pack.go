package neon

import "fmt"

// transpose emits dst[j][i] = src[i][j], in square blocks whose side is the number of
// elements in two registers.
func (f *file) transpose(e element) {
	f.function(fmt.Sprintf("Transpose%d", e.bits), 0, func(k *kernel) {
		rows, all, dst, src := k.param("rows"), k.param("cols"), k.slice("dst"), k.slice("src")
		ldd, lds := k.stride("ldd", e), k.stride("lds", e)
		side := 2 * bytes / e.bytes()
		k.emit("CBZ", rows, "done")
		k.emit("CBZ", all, "done")
		k.comment("For each block of rows of src:")
		k.label("rows")
		in, out, cols := k.copyOf(src), k.copyOf(dst), k.copyOf(all)
		k.comment("Transpose each block of columns.")
		k.label("cols")
		k.scope(func() { k.square(e, side, in, out, lds, ldd) })
		k.advance(in, 2*bytes)
		k.emit("SUBS", fmt.Sprintf("$%d", side), cols, cols)
		k.emit("BNE", "cols")
		for range side {
			k.plus(src, src, lds, 0)
		}
		k.advance(dst, 2*bytes)
		k.emit("SUBS", fmt.Sprintf("$%d", side), rows, rows)
		k.emit("BNE", "rows")
		k.label("done")
	})
}

// square emits the transposition of one block and moves out to the next block.
func (k *kernel) square(e element, side int, in, out, lds, ldd greg) {
	from := k.copyOf(in)
	v := make([][]vreg, side) // rows of two registers
	for i := range v {
		v[i] = k.vecs(2)
		k.load(from, 0, v[i])
		if i < side-1 {
			k.plus(from, from, lds, 0)
		}
	}
	for j := range 2 {
		var upper, lower []vreg
		for i := range side / 2 {
			upper, lower = append(upper, v[i][j]), append(lower, v[i+side/2][j])
		}
		k.scope(func() {
			upper, lower = k.transposed(upper), k.transposed(lower)
			for i := range upper {
				k.store([]vreg{upper[i], lower[i]}, out, 0)
				k.plus(out, out, ldd, 0)
			}
		})
	}
}

// transposed returns the columns of two rows of float64 or four rows of float32. It
// overwrites the rows.
func (k *kernel) transposed(v []vreg) []vreg {
	zip := func(arrangement string, x, y vreg) []vreg {
		z := k.vecs(2)
		k.vector("VZIP1", arrangement, y, x, z[0])
		k.vector("VZIP2", arrangement, y, x, z[1])
		return z
	}
	if len(v) == 2 {
		return zip("D2", v[0], v[1])
	}
	a, b := zip("S4", v[0], v[1]), zip("S4", v[2], v[3])
	return append(zip("D2", a[0], b[0]), zip("D2", a[1], b[1])...)
}
