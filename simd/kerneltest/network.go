package kerneltest

import (
	"fmt"
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd/network"
)

// width draws how many units a tile has.
func (d *drawing) width() {
	w := rapid.IntRange(1, network.Tile).Draw(d.T, "width")
	d.argument("width", w)
	d.label(fmt.Sprintf("width %d", w))
}

// samples draws a number of samples, at least one. Where a kernel takes them in chunks,
// there are sometimes more of them than in the chunks of the given sizes.
func (d *drawing) samples(chunks ...int) int {
	const usual = 13
	most := usual
	for _, chunk := range chunks {
		most = max(most, 2*chunk+1)
	}
	n := d.size("samples", 1, most, chunks...)
	if n > usual {
		d.label("several chunks")
	}
	if n%2 == 1 {
		d.label("odd samples")
	}
	return n
}

// tileStride draws a stride between tiles, which have the given number of rows or more.
func (d *drawing) tileStride(name string, rows int) {
	d.argument(name, max(1, rows+d.number("more of "+name, 0, 3))*network.Row)
}

// rowsOfLists is the number of rows that the entries of pair lists refer to.
const rowsOfLists = 7

// pairLists draws, for up to four pairs, lists of entries and spans.
func (d *drawing) pairLists(pixels []float32) {
	pairs := d.number("pairs", 0, 4)
	var results []uint32
	for i := range 2 * pairs {
		results = append(results, uint32(i))
	}
	results = rapid.Permutation(results).Draw(d.T, "results")
	var list []network.Entry
	var spans []network.Span
	for p := range pairs {
		first := uint32(len(list))
		n := gen.Size(d.T, "entries", 0, 9)
		for range n {
			row := rapid.IntRange(0, rowsOfLists-1).Draw(d.T, "row")
			entry := network.Entry{uint32(row * network.Row)}
			for i := range 2 {
				entry[1+i] = math.Float32bits(rapid.SampledFrom(pixels).Draw(d.T, "pixel"))
			}
			list = append(list, entry)
		}
		spans = append(spans, network.Span{first, first + uint32(n), results[2*p], results[2*p+1]})
		if n == 0 {
			d.label("empty list")
		}
	}
	var entries, borders []uint32
	for _, e := range list {
		entries = append(entries, e[:]...)
	}
	for _, s := range spans {
		borders = append(borders, s[:]...)
	}
	d.operand("list", law.U32("list", entries), list)
	d.operand("spans", law.U32("spans", borders), spans)
}

// pixels are the factors in pair lists: +0, or positive and normal.
var pixels = []float32{0, 1, 0.5, 1.0 / 49980, 0x1.333334p-1, 0x1p-126, math.MaxFloat32}

func imageForward(d *drawing) {
	d.width()
	d.pairLists(pixels)
}

func imageStep(d *drawing) {
	d.width()
	if d.vanishing("d") {
		d.pairLists([]float32{tiny})
	} else {
		d.pairLists(pixels)
	}
}

// vanishing draws whether every product in the sums of the gradient underflows to -0 and
// every weight is -0: the one case in which the last term of the sum, +0, decides a bit.
func (d *drawing) vanishing(delta string) bool {
	if !d.chance("vanishing gradient", 8) {
		return false
	}
	d.mapped["w"] = func(float32) float32 { return float32(math.Copysign(0, -1)) }
	d.mapped[delta] = func(float32) float32 { return -tiny }
	return true
}

const tiny = 0x1p-126

func forward(d *drawing) {
	d.width()
	samples := d.samples()
	d.size("inputs", 1, 12)
	d.tileStride("hStride", samples)
}

func backward(d *drawing) {
	d.width()
	samples := d.samples()
	d.size("outputs", 1, 12)
	d.tileStride("wStride", int(d.args[d.kernel.Param("width")].Int()))
	d.tileStride("deltaStride", samples)
}

func step(d *drawing) {
	d.width()
	d.samples(32, 128)
	d.size("inputs", 1, network.Tile)
	if d.vanishing("delta") {
		d.mapped["h"] = func(float32) float32 { return tiny }
	}
}

func biasStep(d *drawing) {
	d.width()
	d.samples()
}

// logits draws the sizes and labels of SoftmaxGrad and LossSum, and now and then tied logits.
func logits(d *drawing) {
	samples, classes := d.number("samples", 0, 7), d.size("classes", 1, 12)
	d.tileStride("stride", samples)
	if classes%network.Tile != 0 {
		d.label("short tile")
	}
	if d.chance("ties", 2) {
		d.mapped["z"] = func(x float32) float32 { return float32(math.RoundToEven(float64(x))) }
	}
	labels := make([]uint32, samples)
	for s := range labels {
		labels[s] = uint32(rapid.IntRange(0, classes-1).Draw(d.T, "label"))
	}
	d.operand("labels", law.U32("labels", labels), labels)
}
