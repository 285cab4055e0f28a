package simd_test

import (
	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// strided draws a matrix whose rows stand ld apart, the last one cut off, and
// returns it with ld.
func strided[T gen.Float](d *drawing, name string, rows, cols int) (law.Operand, int) {
	ld := gen.Stride(d.T, "ld of "+name, cols)
	if ld > cols {
		d.label("padded")
	}
	return numbers[T](d, name, 1, (rows-1)*ld+cols).Rows(ld, cols), ld
}

type gemmFunc[T gen.Float] func(rows, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool)

// product draws a call of Gemm32 or Gemm64 with tiles of at most that many rows
// and columns, or of tall rows if they are narrow.
func product[T gen.Float](t *rapid.T, most, tall, mostCols int, of func(k *simd.Set) gemmFunc[T]) task {
	d := &drawing{T: t}
	// Whole panels, rows one behind the other, are what large products consist of.
	panel := rapid.Bool().Draw(t, "panel")
	cols := mostCols
	if panel {
		d.label("panel")
	} else {
		cols = d.number("cols", 1, mostCols, 4, 8, 16)
	}
	if 2*cols <= mostCols {
		d.label("narrow")
		most = max(most, tall)
	}
	rows, tiles, depth := d.number("rows", 1, most), d.number("tiles", 1, 3), d.number("depth", 1, 20, 4, 8)
	fresh := rapid.Bool().Draw(t, "fresh")
	if fresh {
		d.label("fresh")
	}
	if cols < mostCols {
		d.label("tail of columns")
	}

	var a law.Operand
	aRow, aCol := 1, 1
	if rapid.Bool().Draw(t, "A by columns") {
		d.label("A by columns")
		a, aCol = strided[T](d, "a", depth, rows*tiles)
	} else {
		a, aRow = strided[T](d, "a", rows*tiles, depth)
	}
	b, bRow := numbers[T](d, "b", 1, depth*cols).Rows(cols, cols), cols
	if !panel {
		b, bRow = strided[T](d, "b", depth, cols)
	}
	c, ldc := strided[T](d, "c", rows*tiles, cols)
	return d.done(func(k *simd.Set, args []law.Arg) {
		of(k)(rows, tiles, cols, depth, law.View[T](args[0]), aRow, aCol, law.View[T](args[1]), bRow, law.View[T](args[2]), ldc, fresh)
	}, a, b, c.Written())
}

// panel draws a call of Panel32 or Panel64 whose rows have that many columns.
func panel[T gen.Float](t *rapid.T, cols int, of func(k *simd.Set) func(rows int, dst, src []T, lds int)) task {
	d := &drawing{T: t}
	rows := d.number("rows", 1, 20)
	dst := numbers[T](d, "dst", 1, rows*cols)
	src, lds := strided[T](d, "src", rows, cols)
	return d.done(func(k *simd.Set, args []law.Arg) {
		of(k)(rows, law.View[T](args[0]), law.View[T](args[1]), lds)
	}, dst.Written(), src)
}

// transpose draws a call of Transpose32 or Transpose64.
func transpose[T gen.Float](t *rapid.T, of func(k *simd.Set) func(rows, cols int, dst []T, ldd int, src []T, lds int)) task {
	d := &drawing{T: t}
	rows, cols := 8*d.number("eights of rows", 1, 4), 8*d.number("eights of columns", 1, 4)
	dst, ldd := strided[T](d, "dst", cols, rows)
	src, lds := strided[T](d, "src", rows, cols)
	return d.done(func(k *simd.Set, args []law.Arg) {
		of(k)(rows, cols, law.View[T](args[0]), ldd, law.View[T](args[1]), lds)
	}, dst.Written(), src)
}
