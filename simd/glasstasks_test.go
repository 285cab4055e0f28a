package simd_test

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// interaction draws a call of Interaction64.
func interaction(t *rapid.T, k *simd.Kernels) task {
	d := &drawing{T: t}
	cols, rows := k.GemmCols64, d.number("rows", 1, 20)
	of := func(name string, rows int) law.Operand { return numbers[float64](d, name, 1, rows*cols) }
	return d.done(func(k *simd.Kernels, a []law.Arg) {
		k.Interaction64(rows, a[0].F64(), a[1].F64(), a[2].F64(), a[3].F64(), a[4].F64())
	}, of("s", 1), of("x", rows), of("w", rows), of("g", rows).Written(), of("q", 1).Written())
}

// interactionOf is the specification of Interaction64, whose columns are each table's own.
func interactionOf(cols int) func(rows int, s, x, w, g, q []float64) {
	return func(rows int, s, x, w, g, q []float64) {
		for at := range rows * cols {
			l := at % cols
			g[at] = math.FMA(s[l], x[at], g[at])
			q[l] = math.FMA(w[at], x[at], q[l])
		}
	}
}

// field draws a call of Field64; the rows it is about lie somewhere among those of w.
func field(t *rapid.T, k *simd.Kernels) task {
	d := &drawing{T: t}
	cols, rows, tiles := k.GemmCols64, d.number("rows", 1, k.GemmRows), d.number("tiles", 1, 3)
	depth := rows*tiles + d.number("more depth", 0, 40)
	first := d.number("first", 0, depth-rows*tiles)
	m, ldm := strided[float64](d, "m", rows*tiles, depth)
	of := func(name string, rows int) law.Operand { return numbers[float64](d, name, 1, rows*cols) }
	return d.done(func(k *simd.Kernels, a []law.Arg) {
		k.Field64(rows, tiles, depth, first, a[0].F64(), ldm, a[1].F64(), a[2].F64(), a[3].F64(), a[4].F64())
	}, m, of("w", depth), of("s", 1), of("g", rows*tiles).Written(), of("q", 1).Written())
}

// fieldOf is the specification of Field64.
func fieldOf(cols int) func(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64) {
	return func(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64) {
		for j := range rows * tiles {
			for l := range cols {
				x := 0.0
				for k := range depth {
					x = math.FMA(m[j*ldm+k], w[k*cols+l], x)
				}
				g[j*cols+l] = math.FMA(s[l], x, g[j*cols+l])
				q[l] = math.FMA(w[(first+j)*cols+l], x, q[l])
			}
		}
	}
}

// symv draws a call of Symv64.
func symv(t *rapid.T) task {
	d := &drawing{T: t}
	blocks := d.number("blocks", 1, 5)
	m := 8*blocks - rapid.IntRange(0, 7).Draw(t, "padding")
	d.task.Case += fmt.Sprintf("m %d, ", m)
	d.label([]string{"padded", "whole blocks"}[m/(8*blocks)])
	return d.done(func(k *simd.Kernels, a []law.Arg) {
		k.Symv64(m, a[0].F64(), a[1].F64(), a[2].F64())
	}, numbers[float64](d, "packed", 1, blocks*(blocks+1)/2*64), numbers[float64](d, "w", 1, m), law.Numbers("x", make([]float64, 8*blocks)).Written())
}
