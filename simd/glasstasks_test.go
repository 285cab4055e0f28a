package simd_test

import (
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
		k.Interaction64(rows, a[0].F64(), a[1].F64(), a[2].F64(), a[3].F64(), a[4].F64(), a[5].F64())
	}, of("s", 1), of("x", rows), of("w", rows), of("g", rows).Written(), of("h", 1).Written(), of("e", 1).Written())
}

// interactionOf is the specification of Interaction64, whose columns are each table's own.
func interactionOf(cols int) func(rows int, s, x, w, g, h, e []float64) {
	return func(rows int, s, x, w, g, h, e []float64) {
		for l := range cols {
			q := 0.0
			for at := l; at < rows*cols; at += cols {
				q = math.FMA(x[at], w[at], q)
				g[at] = math.FMA(s[l], x[at], g[at])
			}
			h[l] = q / 2
			e[l] = math.FMA(s[l], h[l], e[l])
		}
	}
}
