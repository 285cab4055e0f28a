//go:build race

package simd

import (
	"runtime"
	"unsafe"

	"github.com/lossglass/lossglass/simd/network"
)

// watched tells the race detector, which does not see into assembly, what each
// kernel is about to read and write: exactly what the contract lets it touch.
func watched(set *Set) *Set {
	w := *set
	w.Network.ImageForward = func(width int, h, weights, b []float32, list [][3]uint32, spans [][4]uint32) {
		reads(b[:width*network.Lanes])
		pairs(width, weights, list, spans, func(span [4]uint32) {
			writes(row(h, span[2], width))
			writes(row(h, span[3], width))
		})
		set.Network.ImageForward(width, h, weights, b, list, spans)
	}
	w.Network.ImageStep = func(width int, weights, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32) {
		reads(step[:])
		pairs(width, d, list, spans, func(span [4]uint32) {
			if span[0] < span[1] {
				writes(row(weights, span[2], width))
				writes(row(weights, span[3], width))
			}
		})
		set.Network.ImageStep(width, weights, d, list, spans, step)
	}
	w.Network.Forward = func(width int, z, weights, h []float32, samples, inputs, hStride int) {
		rows(z, samples, network.Row, width*network.Lanes, writes)
		rows(weights, inputs, network.Row, width*network.Lanes, reads)
		tiles(h, samples, inputs, hStride, reads)
		set.Network.Forward(width, z, weights, h, samples, inputs, hStride)
	}
	w.Network.Backward = func(width int, d, h, weights, delta []float32, samples, outputs, wStride, deltaStride int) {
		rows(d, samples, network.Row, width*network.Lanes, writes)
		rows(h, samples, network.Row, width*network.Lanes, reads)
		tiles(weights, width, outputs, wStride, reads)
		tiles(delta, samples, outputs, deltaStride, reads)
		set.Network.Backward(width, d, h, weights, delta, samples, outputs, wStride, deltaStride)
	}
	w.Network.Step = func(width int, weights, delta, h []float32, samples, inputs int, step *[16]float32) {
		reads(step[:])
		rows(weights, inputs, network.Row, width*network.Lanes, writes)
		rows(delta, samples, network.Row, width*network.Lanes, reads)
		rows(h, samples, network.Row, inputs*network.Lanes, reads)
		set.Network.Step(width, weights, delta, h, samples, inputs, step)
	}
	w.Network.BiasStep = func(width int, b, d []float32, samples int, step *[16]float32) {
		reads(step[:])
		writes(b[:width*network.Lanes])
		rows(d, samples, network.Row, width*network.Lanes, reads)
		set.Network.BiasStep(width, b, d, samples, step)
	}
	w.Network.SoftmaxGrad = func(z []float32, labels []uint32, classes, stride int) {
		reads(labels)
		tiles(z, len(labels), classes, stride, writes)
		set.Network.SoftmaxGrad(z, labels, classes, stride)
	}
	w.Network.LossSum = func(z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32) {
		reads(labels)
		tiles(z, len(labels), classes, stride, reads)
		writes(sum[:])
		writes(correct[:])
		set.Network.LossSum(z, labels, classes, stride, sum, correct)
	}
	elementwise := func(f func(dst, src []float32)) func(dst, src []float32) {
		return func(dst, src []float32) {
			reads(src)
			writes(dst[:len(src)])
			f(dst, src)
		}
	}
	w.Elementwise.Exp, w.Elementwise.Log, w.Elementwise.ReLU = elementwise(set.Elementwise.Exp), elementwise(set.Elementwise.Log), elementwise(set.Elementwise.ReLU)
	w.Gemm32.Gemm, w.Gemm64.Gemm = watchedGemm(set.Gemm32.Gemm), watchedGemm(set.Gemm64.Gemm)
	w.Gemm32.Panel, w.Gemm64.Panel = watchedPanel(set.Gemm32.Panel, set.Gemm32.Cols), watchedPanel(set.Gemm64.Panel, set.Gemm64.Cols)
	w.Gemm32.Transpose, w.Gemm64.Transpose = watchedTranspose(set.Gemm32.Transpose), watchedTranspose(set.Gemm64.Transpose)
	w.Glass.Interaction = func(n int, s, x, weights, g, q []float64) {
		interaction(n, set.Gemm64.Cols, s, weights, g, q)
		reads(x[:n*set.Gemm64.Cols])
		set.Glass.Interaction(n, s, x, weights, g, q)
	}
	w.Glass.Field = func(height, tiles, depth, first int, m []float64, ldm int, weights, s, g, q []float64) {
		rows(m, height*tiles, ldm, depth, reads)
		reads(weights[:depth*set.Gemm64.Cols])
		interaction(height*tiles, set.Gemm64.Cols, s, weights[first*set.Gemm64.Cols:], g, q)
		set.Glass.Field(height, tiles, depth, first, m, ldm, weights, s, g, q)
	}
	w.Glass.Symv = func(m int, packed, weights, x []float64) {
		const side = 8
		blocks := (m + side - 1) / side
		padding := (blocks*side - m) * side // rows at the end
		reads(packed[:blocks*(blocks+1)/2*side*side-padding])
		reads(weights[:m])
		writes(x[:blocks*side])
		set.Glass.Symv(m, packed, weights, x)
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

type gemmFunc[T any] = func(height, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool)

func watchedGemm[T any](f gemmFunc[T]) gemmFunc[T] {
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
	for t := 0; t*network.Tile < units && n > 0; t++ {
		rows(s[t*stride:], n, network.Row, min(network.Tile, units-t*network.Tile)*network.Lanes, announce)
	}
}

// row returns the units of row i of a tile.
func row(s []float32, i uint32, width int) []float32 {
	return s[int(i)*network.Row:][:width*network.Lanes]
}

// pairs announces what pair lists read, and calls results for each span. The
// lists themselves are seen as they are read here.
func pairs(width int, s []float32, list [][3]uint32, spans [][4]uint32, results func(span [4]uint32)) {
	for _, span := range spans {
		for _, e := range list[span[0]:span[1]] {
			reads(s[e[0]:][:width*network.Lanes])
		}
		results(span)
	}
}
