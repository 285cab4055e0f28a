package relunet

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// Images is a labelled data set prepared for training. It knows which pixels are nonzero,
// so that the other ones can be skipped without changing a bit of any result. It is
// immutable and safe for concurrent use.
type Images struct {
	rows
	classes int
	labels  []uint32    // below classes
	largest float32     // pixel
	pairs   [][2]int    // pixels whose gradients are computed together
	records records     // for training
	blocks  []pairLists // for evaluation: the pair lists of each LossBlock images
}

// NewImages prepares len(labels) images with the given number of pixels, inputs, stored
// row by row: pixels is [images][inputs]. Each pixel must be +0 or positive and normal,
// which is what makes skipping zeros exact, and each label below classes; otherwise
// NewImages returns an error, as it does if there are more than about 2^32 nonzero pixels.
func NewImages(pixels []float32, labels []uint8, inputs, classes int) (*Images, error) {
	if inputs < 1 || len(pixels) != len(labels)*inputs {
		return nil, fmt.Errorf("relunet: %d pixels are not %d images of %d", len(pixels), len(labels), inputs)
	}
	for i, x := range pixels {
		if math.Float32bits(x) != 0 && !(x >= 0x1p-126 && x <= math.MaxFloat32) {
			return nil, fmt.Errorf("relunet: image %d has pixel %d = %v, neither +0 nor positive and normal", i/inputs, i%inputs, x)
		}
	}
	im := &Images{rows: newRows(len(labels), inputs), classes: classes}
	for i, label := range labels {
		if int(label) >= classes {
			return nil, fmt.Errorf("relunet: image %d has label %d of %d classes", i, label, classes)
		}
		im.labels = append(im.labels, uint32(label))
		copy(im.row(i), pixels[i*inputs:][:inputs])
	}
	if err := im.prepare(func(x float32) bool { return x != 0 }); err != nil {
		return nil, err
	}
	return im, nil
}

// Dense returns the same images with no pixel skipped: training and evaluation give the
// same results with all the arithmetic. It is for tests, and for measuring how much time
// skipping saves. It panics if there are more than about 2^32 pixels.
func (im *Images) Dense() *Images {
	d := &Images{rows: newRows(im.Len(), im.inputs), classes: im.classes, labels: im.labels}
	copy(d.pixels, im.pixels)
	if err := d.prepare(func(float32) bool { return true }); err != nil {
		panic(err)
	}
	return d
}

// prepare sets everything that follows from the pixels and labels. The support of an image
// is the pixels for which inSupport returns true. The error says that they are too many.
func (im *Images) prepare(inSupport func(float32) bool) (err error) {
	im.largest = slices.Max(im.pixels)
	for i := range im.labels {
		support := im.support.set(i)
		for k, x := range im.row(i)[:im.inputs] {
			if inSupport(x) {
				support[k/64] |= 1 << (k % 64)
			}
		}
	}
	im.pairs = pairPixels(&im.rows, im.Len())
	kind := kinds(&im.rows, im.Len())
	active, pixels := make([]uint64, (len(im.pairs)+63)/64), 0
	for _, w := range im.support.words {
		pixels += bits.OnesCount64(w)
	}
	if im.records, err = newRecords(im.Len(), im.support.size+len(active), pixels); err != nil {
		return err
	}
	for i, label := range im.labels {
		clear(active)
		support := im.support.set(i)
		for p, pair := range im.pairs {
			if has(support, pair[0]) || has(support, pair[1]) {
				active[p/64] |= 1 << (p % 64)
			}
		}
		im.records.add(label, kind[i], support, active, im.row(i))
	}
	im.blocks = im.evaluationLists(kind)
	return nil
}

// evaluationLists returns the pair lists of each LossBlock images, which are of these kinds.
func (im *Images) evaluationLists(kind []uint8) []pairLists {
	var blocks []pairLists
	var order []int
	for from := 0; from < im.Len(); from += LossBlock {
		// Only the last block can have an odd number of images: the blank row follows it.
		var p pairLists
		order = p.addPairs(im.rows.tail(from), kind[from:min(from+LossBlock, im.Len())], order)
		blocks = append(blocks, p)
	}
	return blocks
}

// Len returns the number of images.
func (im *Images) Len() int { return len(im.labels) }

// rows are the pixels and supports of some images, followed by a blank image.
type rows struct {
	inputs  int
	pixels  []float32 // [image][inputs + 1]; the last element, +0, is the partner of a pixel without one
	support bitsets   // of each image: the pixels that take part in the arithmetic
}

func newRows(n, inputs int) rows {
	var r rows
	r.resize(n, inputs)
	clear(r.pixels)
	return r
}

// resize makes r n images, whose pixels and supports are undefined, and a blank one.
func (r *rows) resize(n, inputs int) {
	r.inputs = inputs
	size := (n + 1) * (inputs + 1)
	r.pixels = slices.Grow(r.pixels[:0], size)[:size]
	r.support.resize(n+1, (inputs+63)/64)
	clear(r.row(n))
	clear(r.support.set(n))
}

// row returns the pixels of image i and, after them, the zero for a pixel without a partner.
func (r *rows) row(i int) []float32 { return r.pixels[i*(r.inputs+1):][:r.inputs+1] }

// tail returns the images from image i on.
func (r *rows) tail(i int) *rows {
	return &rows{r.inputs, r.pixels[i*(r.inputs+1):], r.support.tail(i)}
}

// bitsets are sets of small integers, all with room for the same integers.
type bitsets struct {
	size  int // words of a set
	words []uint64
}

// newBitsets returns n empty sets of integers below limit.
func newBitsets(n, limit int) bitsets {
	var b bitsets
	b.resize(n, (limit+63)/64)
	return b
}

// resize makes b n sets of size words, whose contents are undefined.
func (b *bitsets) resize(n, size int) {
	b.size = size
	b.words = slices.Grow(b.words[:0], n*size)[:n*size]
}

// set returns the words of set i.
func (b *bitsets) set(i int) []uint64 { return b.words[i*b.size:][:b.size] }

// tail returns the sets from set i on.
func (b *bitsets) tail(i int) bitsets { return bitsets{b.size, b.words[i*b.size:]} }

// has reports whether k is in a set, also if k is beyond its words.
func has(set []uint64, k int) bool { return k/64 < len(set) && set[k/64]>>(k%64)&1 != 0 }

// rarestFirst returns the pixels in the order of the number of images in whose support they
// are.
func (im *Images) rarestFirst() []int {
	counts, order := make([]int, im.inputs), make([]int, im.inputs)
	for k := range order {
		order[k] = k
		for i := range im.Len() {
			if has(im.support.set(i), k) {
				counts[k]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return counts[a] - counts[b] })
	return order
}
