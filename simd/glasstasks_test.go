package simd_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// interaction draws a call of Interaction64.
func interaction(t *rapid.T, k *simd.Set) task {
	d := &drawing{T: t}
	cols, rows := k.Gemm64.Cols, d.number("rows", 1, 20)
	of := func(name string, rows int) law.Operand { return numbers[float64](d, name, 1, rows*cols) }
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Glass.Interaction(rows, a[0].F64(), a[1].F64(), a[2].F64(), a[3].F64(), a[4].F64())
	}, of("s", 1), of("x", rows), of("w", rows), of("g", rows).Written(), of("q", 1).Written())
}

// field draws a call of Field64; the rows it is about lie somewhere among those of w.
func field(t *rapid.T, k *simd.Set) task {
	d := &drawing{T: t}
	cols, rows, tiles := k.Gemm64.Cols, d.number("rows", 1, k.Gemm32.Rows), d.number("tiles", 1, 3)
	depth := rows*tiles + d.number("more depth", 0, 40)
	first := d.number("first", 0, depth-rows*tiles)
	m, ldm := strided[float64](d, "m", rows*tiles, depth)
	of := func(name string, rows int) law.Operand { return numbers[float64](d, name, 1, rows*cols) }
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Glass.Field(rows, tiles, depth, first, a[0].F64(), ldm, a[1].F64(), a[2].F64(), a[3].F64(), a[4].F64())
	}, m, of("w", depth), of("s", 1), of("g", rows*tiles).Written(), of("q", 1).Written())
}

// symv draws a call of Symv64.
func symv(t *rapid.T) task {
	d := &drawing{T: t}
	blocks := d.number("blocks", 1, 5)
	m := 8*blocks - rapid.IntRange(0, 7).Draw(t, "padding")
	d.task.Case += fmt.Sprintf("m %d, ", m)
	d.label([]string{"padded", "whole blocks"}[m/(8*blocks)])
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Glass.Symv(m, a[0].F64(), a[1].F64(), a[2].F64())
	}, numbers[float64](d, "packed", 1, blocks*(blocks+1)/2*64), numbers[float64](d, "w", 1, m), law.Numbers("x", make([]float64, 8*blocks)).Written())
}
