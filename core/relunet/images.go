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
	entries [][3]uint32 // of each image, for each pair of which a pixel takes part: the pair, the two pixels' bits
	begins  []uint32    // of each image's entries, and their end
	kind    []uint8     // of each image: close if the supports are alike
	blocks  []pairLists // for evaluation: the lists of LossBlock images each
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
		im.begins = append(im.begins, uint32(len(im.entries)))
		x, support := im.row(i), im.support.of(i)
		for p, pair := range im.pairs {
			if has(support, pair[0]) || has(support, pair[1]) {
				im.entries = append(im.entries, [3]uint32{uint32(p), math.Float32bits(x[pair[0]]), math.Float32bits(x[pair[1]])})
			}
		}
	}
	im.begins = append(im.begins, uint32(len(im.entries)))
	im.kind = kinds(&im.rows, im.Len())
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
	inputs  int
	pixels  []float32 // [image][inputs + 1]: the last, +0, is the partner of a pixel without one
	support bitsets   // of each image: the pixels that take part
}

func newRows(n, inputs int) rows {
	var r rows
	r.resize(n, inputs)
	return r
}

// resize makes r n blank rows; the supports but for the last are undefined.
func (r *rows) resize(n, inputs int) {
	r.inputs = inputs
	size := (n + 1) * (inputs + 1)
	r.pixels = slices.Grow(r.pixels[:0], size)[:size]
	clear(r.pixels)
	r.support.resize(n+1, (inputs+63)/64)
	clear(r.support.of(n))
}

func (r *rows) row(i int) []float32 { return r.pixels[i*(r.inputs+1):][:r.inputs+1] }

// from returns the rows from row i on.
func (r *rows) from(i int) *rows {
	return &rows{r.inputs, r.pixels[i*(r.inputs+1):], r.support.from(i)}
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

func (b *bitsets) from(i int) bitsets { return bitsets{b.size, b.words[i*b.size:]} }

func (b *bitsets) of(i int) []uint64 { return b.words[i*b.size:][:b.size] }
