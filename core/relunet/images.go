package relunet

import (
	"fmt"
	"math"
	"math/bits"
)

// Images is a labelled data set prepared for training: which pixels are nonzero,
// so that the others can be skipped without changing a bit of any result.
type Images struct {
	inputs  int
	stride  int       // pixels of a row: inputs, rounded up to a pair
	words   int       // words of a support
	pixels  []float32 // [image][stride]
	nonzero []uint64  // [image][words]: bit k tells whether pixel k takes part
	labels  []uint32
	blank   []float32 // a row of zeros

	all pairLists // consecutive images in pairs, for evaluation
}

// NewImages prepares len(labels) images of the given number of pixels, row by
// row. It refuses a pixel that is not +0 or positive and normal (the one answer
// of skipped zeros rests on it) and a label of classes or more.
func NewImages(pixels []float32, labels []uint8, inputs, classes int) (*Images, error) {
	if inputs < 1 || len(pixels) != len(labels)*inputs {
		return nil, fmt.Errorf("relunet: %d pixels are not %d images of %d", len(pixels), len(labels), inputs)
	}
	im := newImages(len(labels), inputs)
	for i, label := range labels {
		if int(label) >= classes {
			return nil, fmt.Errorf("relunet: image %d has label %d of %d classes", i, label, classes)
		}
		im.labels[i] = uint32(label)
		support := im.support(i)
		for k, x := range pixels[i*inputs:][:inputs] {
			if bits := math.Float32bits(x); bits != 0 && (x < 0x1p-126 || x > math.MaxFloat32 || x != x || bits>>31 != 0) {
				return nil, fmt.Errorf("relunet: image %d has pixel %d = %v, neither +0 nor positive and normal", i, k, x)
			}
			im.row(i)[k] = x
			if x != 0 {
				support[k/64] |= 1 << (k % 64)
			}
		}
	}
	im.pairAll()
	return im, nil
}

func newImages(n, inputs int) *Images {
	im := &Images{inputs: inputs, stride: inputs + inputs%2, words: (inputs + 63) / 64}
	im.pixels = make([]float32, n*im.stride)
	im.nonzero = make([]uint64, n*im.words)
	im.labels = make([]uint32, n)
	im.blank = make([]float32, im.stride)
	return im
}

// Dense returns the same images with no pixel skipped: the same results, by all
// the arithmetic. It is for tests and for measuring what skipping is worth.
func (im *Images) Dense() *Images {
	d := newImages(im.Len(), im.inputs)
	copy(d.pixels, im.pixels)
	copy(d.labels, im.labels)
	for i := range d.Len() {
		support := d.support(i)
		for k := range im.inputs {
			support[k/64] |= 1 << (k % 64)
		}
	}
	d.pairAll()
	return d
}

// Len returns the number of images.
func (im *Images) Len() int { return len(im.labels) }

// Nonzero returns the share of pixels that take part in the arithmetic.
func (im *Images) Nonzero() float64 {
	n := 0
	for _, w := range im.nonzero {
		n += bits.OnesCount64(w)
	}
	return float64(n) / float64(im.Len()*im.inputs)
}

func (im *Images) row(i int) []float32    { return im.pixels[i*im.stride:][:im.stride] }
func (im *Images) support(i int) []uint64 { return im.nonzero[i*im.words:][:im.words] }

func (im *Images) pairAll() {
	n := im.Len()
	for i := 0; i < n; i += 2 {
		im.all.addSamples(im, i, min(i+1, n-1), i+1 < n)
	}
}
