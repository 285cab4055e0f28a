package relunet

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Images is a labelled data set prepared for training: which pixels are nonzero,
// so that the others can be skipped without changing a bit of any result. It is
// immutable and may be shared.
type Images struct {
	rows
	labels  []uint32
	largest float32     // pixel
	pairs   [][2]int    // the pixels whose gradients are computed together
	blocks  []pairLists // for evaluation: the lists of simd.Block images each
}

// NewImages prepares len(labels) images of the given number of pixels, row by
// row. It refuses a pixel that is not +0 or positive and normal (the one answer
// of skipped zeros rests on it) and a label of classes or more.
func NewImages(pixels []float32, labels []uint8, inputs, classes int) (*Images, error) {
	if inputs < 1 || len(pixels) != len(labels)*inputs {
		return nil, fmt.Errorf("relunet: %d pixels are not %d images of %d", len(pixels), len(labels), inputs)
	}
	for i, x := range pixels {
		if math.Float32bits(x) != 0 && !(x >= 0x1p-126 && x <= math.MaxFloat32) {
			return nil, fmt.Errorf("relunet: image %d has pixel %d = %v, neither +0 nor positive and normal", i/inputs, i%inputs, x)
		}
	}
	im := &Images{rows: newRows(len(labels), inputs)}
	for i, label := range labels {
		if int(label) >= classes {
			return nil, fmt.Errorf("relunet: image %d has label %d of %d classes", i, label, classes)
		}
		im.labels = append(im.labels, uint32(label))
		copy(im.row(i), pixels[i*inputs:][:inputs])
	}
	im.prepare(func(x float32) bool { return x != 0 })
	return im, nil
}

// Dense returns the same images with no pixel skipped: the same results, by all
// the arithmetic. It is for tests and for measuring what skipping is worth.
func (im *Images) Dense() *Images {
	d := &Images{rows: newRows(im.Len(), im.inputs), labels: im.labels}
	copy(d.pixels, im.pixels)
	d.prepare(func(float32) bool { return true })
	return d
}

// prepare finds the supports, the pixels for which part holds, and what follows from them.
func (im *Images) prepare(part func(float32) bool) {
	im.largest = slices.Max(im.pixels)
	for i := range im.labels {
		support := im.support.of(i)
		for k, x := range im.row(i)[:im.inputs] {
			if part(x) {
				support[k/64] |= 1 << (k % 64)
			}
		}
	}
	im.pairs = pairPixels(&im.rows, im.Len())
	for i := range im.labels {
		support, pairs := im.support.of(i), im.pairSupport.of(i)
		for p, pair := range im.pairs {
			if has(support, pair[0]) || has(support, pair[1]) {
				pairs[p/64] |= 1 << (p % 64)
			}
		}
	}
	im.blocks = im.evaluationLists()
}

// Len returns the number of images.
func (im *Images) Len() int { return len(im.labels) }

// Nonzero returns the share of pixels that take part in the arithmetic.
func (im *Images) Nonzero() float64 {
	n := 0
	for _, w := range im.support.words {
		n += bits.OnesCount64(w)
	}
	return float64(n) / float64(im.Len()*im.inputs)
}

// rows are images with their supports, and a blank one after the last.
type rows struct {
	inputs      int
	pixels      []float32 // [image][inputs + 1]: the last, +0, is the partner of a pixel without one
	support     bitsets   // of each image: the pixels that take part
	pairSupport bitsets   // of each image: the pairs of pixels of which one does
}

func newRows(n, inputs int) rows {
	return rows{
		inputs:      inputs,
		pixels:      make([]float32, (n+1)*(inputs+1)),
		support:     newBitsets(n+1, inputs),
		pairSupport: newBitsets(n+1, (inputs+1)/2),
	}
}

func (r *rows) row(i int) []float32 { return r.pixels[i*(r.inputs+1):][:r.inputs+1] }

// take makes r the rows of the given indices of from. Copying them at once lets
// the misses of many rows, which are read in random order, overlap.
func (r *rows) take(from *rows, indices []int32) {
	n, stride := len(indices), from.inputs+1
	r.inputs = from.inputs
	r.pixels = slices.Grow(r.pixels[:0], (n+1)*stride)[:(n+1)*stride]
	r.support.resize(n+1, from.support.size)
	r.pairSupport.resize(n+1, from.pairSupport.size)
	for i, index := range indices {
		copy(r.row(i), from.row(int(index)))
		copy(r.support.of(i), from.support.of(int(index)))
		copy(r.pairSupport.of(i), from.pairSupport.of(int(index)))
	}
	clear(r.row(n))
	clear(r.support.of(n))
}

// bitsets are sets of small integers.
type bitsets struct {
	size  int // words of a set
	words []uint64
}

func newBitsets(n, most int) bitsets {
	var b bitsets
	b.resize(n, (most+63)/64)
	return b
}

func (b *bitsets) resize(n, size int) {
	b.size = size
	b.words = slices.Grow(b.words[:0], n*size)[:n*size]
}

// has tells whether k is in a set that may be too short for it.
func has(set []uint64, k int) bool { return k/64 < len(set) && set[k/64]>>(k%64)&1 != 0 }

func (b *bitsets) of(i int) []uint64 { return b.words[i*b.size:][:b.size] }
