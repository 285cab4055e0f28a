//go:build race

package simd

import (
	"runtime"
	"unsafe"
)

// watched tells the race detector, which does not see into assembly, what each
// kernel is about to read and write: exactly what the contract lets it touch.
func watched(k *Kernels) *Kernels {
	w := *k
	w.ImageForward = func(width int, h, weights, b []float32, list [][3]uint32, spans [][4]uint32) {
		reads(b[:width*Lanes])
		pairs(width, weights, list, spans, func(span [4]uint32) {
			writes(row(h, span[2], width))
			writes(row(h, span[3], width))
		})
		k.ImageForward(width, h, weights, b, list, spans)
	}
	w.ImageStep = func(width int, weights, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32) {
		reads(step[:])
		pairs(width, d, list, spans, func(span [4]uint32) {
			if span[0] < span[1] {
				writes(row(weights, span[2], width))
				writes(row(weights, span[3], width))
			}
		})
		k.ImageStep(width, weights, d, list, spans, step)
	}
	w.Forward = func(width int, z, weights, h []float32, samples, inputs, hStride int) {
		rows(z, samples, Row, width*Lanes, writes)
		rows(weights, inputs, Row, width*Lanes, reads)
		tiles(h, samples, inputs, hStride, reads)
		k.Forward(width, z, weights, h, samples, inputs, hStride)
	}
	w.Backward = func(width int, d, h, weights, delta []float32, samples, outputs, wStride, deltaStride int) {
		rows(d, samples, Row, width*Lanes, writes)
		rows(h, samples, Row, width*Lanes, reads)
		tiles(weights, width, outputs, wStride, reads)
		tiles(delta, samples, outputs, deltaStride, reads)
		k.Backward(width, d, h, weights, delta, samples, outputs, wStride, deltaStride)
	}
	w.Step = func(width int, weights, delta, h []float32, samples, inputs int, step *[16]float32) {
		reads(step[:])
		rows(weights, inputs, Row, width*Lanes, writes)
		rows(delta, samples, Row, width*Lanes, reads)
		rows(h, samples, Row, inputs*Lanes, reads)
		k.Step(width, weights, delta, h, samples, inputs, step)
	}
	w.BiasStep = func(width int, b, d []float32, samples int, step *[16]float32) {
		reads(step[:])
		writes(b[:width*Lanes])
		rows(d, samples, Row, width*Lanes, reads)
		k.BiasStep(width, b, d, samples, step)
	}
	w.SoftmaxGrad = func(z []float32, labels []uint32, classes, stride int) {
		reads(labels)
		tiles(z, len(labels), classes, stride, writes)
		k.SoftmaxGrad(z, labels, classes, stride)
	}
	w.LossSum = func(z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32) {
		reads(labels)
		tiles(z, len(labels), classes, stride, reads)
		writes(sum[:])
		writes(correct[:])
		k.LossSum(z, labels, classes, stride, sum, correct)
	}
	elementwise := func(f func(dst, src []float32)) func(dst, src []float32) {
		return func(dst, src []float32) {
			reads(src)
			writes(dst[:len(src)])
			f(dst, src)
		}
	}
	w.Exp, w.Log, w.ReLU = elementwise(k.Exp), elementwise(k.Log), elementwise(k.ReLU)
	w.Gemm32, w.Gemm64 = watchedGemm(k.Gemm32), watchedGemm(k.Gemm64)
	w.Panel32, w.Panel64 = watchedPanel(k.Panel32, k.GemmCols32), watchedPanel(k.Panel64, k.GemmCols64)
	w.Transpose32, w.Transpose64 = watchedTranspose(k.Transpose32), watchedTranspose(k.Transpose64)
	w.Interaction64 = func(n int, s, x, weights, g, q []float64) {
		interaction(n, k.GemmCols64, s, weights, g, q)
		reads(x[:n*k.GemmCols64])
		k.Interaction64(n, s, x, weights, g, q)
	}
	w.Field64 = func(height, tiles, depth, first int, m []float64, ldm int, weights, s, g, q []float64) {
		rows(m, height*tiles, ldm, depth, reads)
		reads(weights[:depth*k.GemmCols64])
		interaction(height*tiles, k.GemmCols64, s, weights[first*k.GemmCols64:], g, q)
		k.Field64(height, tiles, depth, first, m, ldm, weights, s, g, q)
	}
	w.Symv64 = func(m int, packed, weights, x []float64) {
		const side = 8
		blocks := (m + side - 1) / side
		padding := (blocks*side - m) * side // rows at the end
		reads(packed[:blocks*(blocks+1)/2*side*side-padding])
		reads(weights[:m])
		writes(x[:blocks*side])
		k.Symv64(m, packed, weights, x)
	}
	return &w
}

// interaction announces what Interaction64 touches besides x.
func interaction(n, cols int, s, weights, g, q []float64) {
	reads(s[:cols])
	reads(weights[:n*cols])
	writes(g[:n*cols])
	writes(q[:cols])
}

type gemm[T any] = func(height, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool)

func watchedGemm[T any](f gemm[T]) gemm[T] {
	return func(height, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool) {
		for i := range height * tiles {
			for k := range depth {
				reads(a[i*aRow+k*aCol:][:1])
			}
		}
		rows(b, depth, bRow, cols, reads)
		rows(c, height*tiles, ldc, cols, writes)
		f(height, tiles, cols, depth, a, aRow, aCol, b, bRow, c, ldc, fresh)
	}
}

func watchedPanel[T any](f func(n int, dst, src []T, lds int), cols int) func(n int, dst, src []T, lds int) {
	return func(n int, dst, src []T, lds int) {
		writes(dst[:n*cols])
		rows(src, n, lds, cols, reads)
		f(n, dst, src, lds)
	}
}

func watchedTranspose[T any](f func(n, cols int, dst []T, ldd int, src []T, lds int)) func(n, cols int, dst []T, ldd int, src []T, lds int) {
	return func(n, cols int, dst []T, ldd int, src []T, lds int) {
		rows(dst, cols, ldd, n, writes)
		rows(src, n, lds, cols, reads)
		f(n, cols, dst, ldd, src, lds)
	}
}

func reads[T any](s []T) {
	runtime.RaceReadRange(unsafe.Pointer(unsafe.SliceData(s)), len(s)*int(unsafe.Sizeof(*new(T))))
}

// writes is for what is read and written too: one access that is not ordered
// with another is a race.
func writes[T any](s []T) {
	runtime.RaceWriteRange(unsafe.Pointer(unsafe.SliceData(s)), len(s)*int(unsafe.Sizeof(*new(T))))
}

// rows announces the first cols elements of each row.
func rows[T any](s []T, n, stride, cols int, announce func([]T)) {
	for i := range n {
		announce(s[i*stride:][:cols])
	}
}

// tiles announces, in tiles a stride apart, the rows of that many units.
func tiles(s []float32, n, units, stride int, announce func([]float32)) {
	for t := 0; t*Tile < units && n > 0; t++ {
		rows(s[t*stride:], n, Row, min(Tile, units-t*Tile)*Lanes, announce)
	}
}

// row returns the units of row i of a tile.
func row(s []float32, i uint32, width int) []float32 { return s[int(i)*Row:][:width*Lanes] }

// pairs announces what pair lists read, and calls results for each span. The
// lists themselves are seen as they are read here.
func pairs(width int, s []float32, list [][3]uint32, spans [][4]uint32, results func(span [4]uint32)) {
	for _, span := range spans {
		for _, e := range list[span[0]:span[1]] {
			reads(s[e[0]:][:width*Lanes])
		}
		results(span)
	}
}
