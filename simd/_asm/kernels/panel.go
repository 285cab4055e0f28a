package kernels

import (
	"fmt"
	mathbits "math/bits"
)

// Panel emits the kernel that copies rows of the given number of vectors, which is that of
// a tile of C. element is the bytes of an element. It prefetches the row that is ahead
// rows further, a power of two.
func Panel[V, R, M any](m Machine[V, R, M], vectors, element, ahead int) {
	k := kernels[V, R, M]{m, m.Shape()}
	row, scale := vectors*k.Bytes, mathbits.TrailingZeros(uint(element))
	k.Function(fmt.Sprintf("Panel%d", 8*element), 0, func() {
		rows, dst, src, lds := k.Param("rows"), k.Slice("dst"), k.Slice("src"), k.Param("lds")
		v, later := k.Vecs(vectors), k.Register()
		k.Plus(later, src, lds, scale+mathbits.TrailingZeros(uint(ahead)), 0)
		k.Comment("dst[k] = src[k] for each row k")
		k.Label("row")
		k.Load(v, src, 0)
		for i := 0; i < row; i += 64 {
			k.Prefetch(later, i, 2)
		}
		k.Store(v, dst, 0)
		k.Plus(src, src, lds, scale, 0)
		k.Plus(later, later, lds, scale, 0)
		k.Advance(dst, row)
		k.CountDown(rows, 1, NE, "row")
	})
}
