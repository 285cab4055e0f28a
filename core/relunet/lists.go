package relunet

import (
	"math"
	"math/bits"
	"slices"

	"github.com/lossglass/lossglass/simd"
)

// pairLists are the pair lists that package simd describes.
type pairLists struct {
	list  [][3]uint32
	spans []uint32
}

// addSamples appends the list of a pair of images: the union of their nonzero
// pixels. Where there is no second image its values are +0.
func (p *pairLists) addSamples(im *Images, a, b int, second bool) {
	n := len(p.list)
	list := slices.Grow(p.list, im.inputs)[:n+im.inputs]
	p.spans = append(p.spans, uint32(n))
	xa, xb := im.row(a), im.row(b)
	if !second {
		xb = im.blank
	}
	sa, sb := im.support(a), im.support(b)
	for w := range sa {
		for union := sa[w] | sb[w]; union != 0; union &= union - 1 {
			k := 64*w + bits.TrailingZeros64(union)
			list[n] = [3]uint32{uint32(k * simd.Row), math.Float32bits(xa[k]), math.Float32bits(xb[k])}
			n++
		}
	}
	p.list = list[:n]
	p.spans = append(p.spans, uint32(n))
}

// A minibatch is what the kernels need of some images: lists for the forward
// pass, by pairs of samples, and for the gradient, by pairs of pixels.
type minibatch struct {
	samples pairLists
	pixels  pairLists // the list of pair p begins at entry p times the number of samples
	labels  []uint32
}

// gather takes the images of the given indices.
func (m *minibatch) gather(im *Images, indices []int32) {
	m.samples.list, m.samples.spans = m.samples.list[:0], m.samples.spans[:0]
	for s := 0; s < len(indices); s += 2 {
		last := min(s+1, len(indices)-1)
		m.samples.addSamples(im, int(indices[s]), int(indices[last]), s+1 < len(indices))
	}
	m.reserve(im.stride/2, len(indices))
	m.labels = m.labels[:0]
	for s, i := range indices {
		m.labels = append(m.labels, im.labels[i])
		m.addPixels(im, int(i), uint32(s*simd.Row))
	}
}

// reserve empties the lists of the pixel pairs, each with room for n samples.
func (m *minibatch) reserve(pairs, n int) {
	if len(m.pixels.list) < pairs*n {
		m.pixels.list = make([][3]uint32, pairs*n)
	}
	m.pixels.spans = m.pixels.spans[:0]
	for p := range pairs {
		m.pixels.spans = append(m.pixels.spans, uint32(p*n), uint32(p*n))
	}
}

// addPixels appends image i to the list of each pixel pair in which it has a nonzero pixel.
func (m *minibatch) addPixels(im *Images, i int, offset uint32) {
	x, list, spans := im.row(i), m.pixels.list, m.pixels.spans
	for w, support := range im.support(i) {
		const even = 0x5555555555555555
		for pairs := (support | support>>1) & even; pairs != 0; pairs &= pairs - 1 {
			k := 64*w + bits.TrailingZeros64(pairs)
			values := x[k:][:2]
			end := spans[k+1] // pair k/2 has its end at word 2(k/2)+1
			list[end] = [3]uint32{offset, math.Float32bits(values[0]), math.Float32bits(values[1])}
			spans[k+1] = end + 1
		}
	}
}
