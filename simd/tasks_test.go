package simd_test

import (
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/network"
)

// entryPoints returns the code address of each kernel.
func entryPoints(set *simd.Set) map[string]uintptr {
	at := map[string]uintptr{}
	for _, k := range set.Kernels() {
		at[k.Name] = k.Func().Pointer()
	}
	return at
}

// A drawing collects the operands of a task.
type drawing struct {
	*rapid.T
	task task
}

// number draws a size of the case, some near the borders.
func (d *drawing) number(name string, least, most int, borders ...int) int {
	n := gen.Size(d.T, name, least, most, append(borders, 2, network.Tile)...)
	d.task.Case += fmt.Sprintf("%s %d, ", name, n)
	return n
}

// width draws how many units of a tile exist.
func (d *drawing) width() int {
	w := rapid.IntRange(1, network.Tile).Draw(d.T, "width")
	d.task.Case += fmt.Sprintf("width %d, ", w)
	d.label(fmt.Sprintf("width %d", w))
	return w
}

// label says what the case is an example of.
func (d *drawing) label(name string) {
	if !slices.Contains(d.task.Labels, name) {
		d.task.Labels = append(d.task.Labels, name)
	}
}

// numbers draws an operand of that many numbers.
func (d *drawing) numbers(name string, n int) law.Operand {
	return numbers[float32](d, name, 1, n)
}

func numbers[T gen.Float](d *drawing, name string, rows, cols int) law.Operand {
	x, pattern := gen.Matrix(d.T, name, rows, cols, gen.Wild[T](), gen.Spikes[T]())
	d.task.Case += fmt.Sprintf("%s: %s, ", name, pattern)
	for _, class := range gen.Classify(x...).Names() {
		d.label("with " + class)
	}
	return law.Numbers(name, x)
}

// tile draws rows of a tile of which width units exist, the last row cut off
// where they end: [rows][Tile], or less.
func (d *drawing) tile(name string, rows, width int) law.Operand {
	n := 0
	if rows > 0 {
		n = (rows-1)*network.Row + width*network.Lanes
	}
	return d.numbers(name, n).Rows(network.Row, width*network.Lanes)
}

// tiles draws tiles of rows, stride apart, for that many units.
func (d *drawing) tiles(name string, rows, units, stride int) law.Operand {
	last := units - (units-1)/network.Tile*network.Tile
	n := 0
	if rows > 0 {
		n = (units-1)/network.Tile*stride + (rows-1)*network.Row + last*network.Lanes
	}
	return d.numbers(name, n).Only(func(i int) bool {
		tile, row, unit := i/stride, i%stride/network.Row, i%network.Row/network.Lanes
		return row < rows && tile*network.Tile+unit < units
	})
}

// step draws sixteen step widths.
func (d *drawing) step() law.Operand { return d.numbers("step", network.Lanes) }

// done sets the operands and the call: the end of drawing.
func (d *drawing) done(call func(k *simd.Set, args []law.Arg), operands ...law.Operand) task {
	d.task.Operands, d.task.Call = operands, call
	return d.task
}

// lanes is the memory of an operand of sixteen float32.
func lanes(a law.Arg) *[16]float32 { return (*[16]float32)(a.F32()) }

// pairLists draws, for up to four pairs, lists over rows: entries (offset of the
// row, two values), and spans of them with the rows of their two results.
func (d *drawing) pairLists(rows int, pixels []float32) (pairs int, list, spans law.Operand) {
	pairs = d.number("pairs", 0, 4)
	var results []uint32
	for i := range 2 * pairs {
		results = append(results, uint32(i))
	}
	results = rapid.Permutation(results).Draw(d.T, "results")
	var entries, borders []uint32
	for p := range pairs {
		from := uint32(len(entries) / 3)
		n := gen.Size(d.T, "entries", 0, 9)
		for range n {
			row := rapid.IntRange(0, rows-1).Draw(d.T, "row")
			entries = append(entries, uint32(row*network.Row))
			for range 2 {
				entries = append(entries, math.Float32bits(rapid.SampledFrom(pixels).Draw(d.T, "pixel")))
			}
		}
		borders = append(borders, from, from+uint32(n), results[2*p], results[2*p+1])
		if n == 0 {
			d.label("empty list")
		}
	}
	return pairs, law.U32("list", entries), law.U32("spans", borders)
}

// pixels are what lists contain: +0 or positive and normal.
var pixels = []float32{0, 1, 0.5, 1.0 / 49980, 0x1.333334p-1, 0x1p-126, math.MaxFloat32}

func imageForward(t *rapid.T) task {
	d := &drawing{T: t}
	width := d.width()
	const rows = 7
	pairs, list, spans := d.pairLists(rows, pixels)
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.ImageForward(width, a[0].F32(), a[1].F32(), a[2].F32(), law.View[[3]uint32](a[3]), law.View[[4]uint32](a[4]))
	}, d.tile("h", 2*pairs, width).Written(), d.tile("w", rows, width), d.tile("b", 1, width), list, spans)
}

func imageStep(t *rapid.T) task {
	d := &drawing{T: t}
	width := d.width()
	const rows = 7
	pixels := pixels
	vanishing := d.vanishing()
	if vanishing {
		pixels = []float32{tiny}
	}
	pairs, list, spans := d.pairLists(rows, pixels)
	w, delta := d.tile("w", 2*pairs, width), d.tile("d", rows, width)
	if vanishing {
		w, delta = w.Mapped(negativeZero), delta.Mapped(minusTiny)
	}
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.ImageStep(width, a[0].F32(), a[1].F32(), law.View[[3]uint32](a[2]), law.View[[4]uint32](a[3]), lanes(a[4]))
	}, w.Written(), delta, list, spans, d.step())
}

// vanishing draws whether every product of the gradient underflows to -0 and every
// weight is -0: the one case in which the sum's last term, +0, decides a bit.
func (d *drawing) vanishing() bool {
	yes := rapid.IntRange(0, 7).Draw(d.T, "vanishing") == 0
	if yes {
		d.task.Case += "vanishing gradient, "
		d.label("vanishing gradient")
	}
	return yes
}

const tiny = 0x1p-126

func minusTiny(float32) float32    { return -tiny }
func justTiny(float32) float32     { return tiny }
func negativeZero(float32) float32 { return float32(math.Copysign(0, -1)) }

// samples draws a number of samples, at least one; more of them where a kernel
// takes them in chunks of those sizes.
func (d *drawing) samples(chunks ...int) int {
	most := 13
	for _, chunk := range chunks {
		most = 2*chunk + 1
	}
	n := d.number("samples", 1, most, chunks...)
	if n > 13 {
		d.label("several chunks")
	}
	if n%2 == 1 {
		d.label("odd samples")
	}
	return n
}

func forward(t *rapid.T) task {
	d := &drawing{T: t}
	width, samples, inputs := d.width(), d.samples(), d.number("inputs", 1, 12)
	hStride := (samples + d.number("more of h", 0, 3)) * network.Row
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.Forward(width, a[0].F32(), a[1].F32(), a[2].F32(), samples, inputs, hStride)
	}, d.tile("z", samples, width).Written(), d.tile("w", inputs, width), d.tiles("h", samples, inputs, hStride))
}

func backward(t *rapid.T) task {
	d := &drawing{T: t}
	width, samples, outputs := d.width(), d.samples(), d.number("outputs", 1, 12)
	wStride := (width + d.number("more of w", 0, 3)) * network.Row
	deltaStride := (samples + d.number("more of delta", 0, 3)) * network.Row
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.Backward(width, a[0].F32(), a[1].F32(), a[2].F32(), a[3].F32(), samples, outputs, wStride, deltaStride)
	}, d.tile("d", samples, width).Written(), d.tile("h", samples, width), d.tiles("w", width, outputs, wStride), d.tiles("delta", samples, outputs, deltaStride))
}

func step(t *rapid.T) task {
	d := &drawing{T: t}
	width, samples, inputs := d.width(), d.samples(32, 128), d.number("inputs", 1, network.Tile)
	w, delta, h := d.tile("w", inputs, width), d.tile("delta", samples, width), d.tile("h", samples, inputs)
	if d.vanishing() {
		w, delta, h = w.Mapped(negativeZero), delta.Mapped(minusTiny), h.Mapped(justTiny)
	}
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.Step(width, a[0].F32(), a[1].F32(), a[2].F32(), samples, inputs, lanes(a[3]))
	}, w.Written(), delta, h, d.step())
}

func biasStep(t *rapid.T) task {
	d := &drawing{T: t}
	width, samples := d.width(), d.samples()
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.BiasStep(width, a[0].F32(), a[1].F32(), samples, lanes(a[2]))
	}, d.tile("b", 1, width).Written(), d.tile("d", samples, width), d.step())
}

// logits draws logits, in places tied, and labels.
func (d *drawing) logits() (z, labels law.Operand, classes, stride int) {
	samples := d.number("samples", 0, 7)
	classes = d.number("classes", 1, 12)
	stride = max(1, samples+d.number("more of z", 0, 2)) * network.Row
	z = d.tiles("z", samples, classes, stride)
	if classes%network.Tile != 0 {
		d.label("short tile")
	}
	if rapid.Bool().Draw(d.T, "ties") {
		d.label("ties")
		z = z.Mapped(func(x float32) float32 { return float32(math.RoundToEven(float64(x))) })
	}
	of := make([]uint32, samples)
	for s := range of {
		of[s] = uint32(rapid.IntRange(0, classes-1).Draw(d.T, "label"))
	}
	return z, law.U32("labels", of), classes, stride
}

func softmaxGrad(t *rapid.T) task {
	d := &drawing{T: t}
	z, labels, classes, stride := d.logits()
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.SoftmaxGrad(a[0].F32(), a[1], classes, stride)
	}, z.Written(), labels)
}

func lossSum(t *rapid.T) task {
	d := &drawing{T: t}
	z, labels, classes, stride := d.logits()
	return d.done(func(k *simd.Set, a []law.Arg) {
		k.Network.LossSum(a[0].F32(), a[1], classes, stride, (*[16]float64)(a[2].F64()), (*[16]uint32)(a[3]))
	}, z, labels, numbers[float64](d, "sum", 1, network.Lanes).Written(), law.U32("correct", make([]uint32, network.Lanes)).Written())
}

// elementwise draws a call of Exp, Log or ReLU, in place or not.
func elementwise(t *rapid.T, of func(k *simd.Set) unary) task {
	d := &drawing{T: t}
	n := network.Lanes * d.number("vectors", 0, 5)
	scale := rapid.SampledFrom([]float32{16, 1, 100}).Draw(t, "scale") // 100: results of Exp to both ends, subnormal ones too
	src := d.numbers("src", n).Mapped(func(x float32) float32 { return x * scale })
	if rapid.Bool().Draw(t, "in place") {
		d.label("in place")
		return d.done(func(k *simd.Set, a []law.Arg) { of(k)(a[0].F32(), a[0].F32()) }, src.Written())
	}
	return d.done(func(k *simd.Set, a []law.Arg) { of(k)(a[0].F32(), a[1].F32()) }, law.F32("dst", make([]float32, n)).Written(), src)
}
