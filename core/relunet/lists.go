package relunet

import (
	"math"
	"math/bits"

	"github.com/lossglass/lossglass/simd"
)

// pairLists are the pair lists that package simd describes.
type pairLists struct{ list, spans []uint32 }

const entryWords = 3

// addSamples appends the list of a pair of images: the union of their nonzero
// pixels. Where there is no second image its values are +0.
func (p *pairLists) addSamples(im *Images, a, b int, second bool) {
	begin := uint32(len(p.list))
	xa, xb := im.row(a), im.row(b)
	sa, sb := im.support(a), im.support(b)
	for w := range sa {
		union := sa[w]
		if second {
			union |= sb[w]
		}
		for ; union != 0; union &= union - 1 {
			k := 64*w + bits.TrailingZeros64(union)
			var other uint32
			if second {
				other = math.Float32bits(xb[k])
			}
			p.list = append(p.list, uint32(k*simd.Row), math.Float32bits(xa[k]), other)
		}
	}
	p.spans = append(p.spans, begin, uint32(len(p.list)))
}

// A minibatch is what the kernels need of some images: lists for the forward
// pass, by pairs of samples, and for the gradient, by pairs of pixels.
type minibatch struct {
	samples  pairLists
	pixels   pairLists
	labels   []uint32
	capacity int // samples a pixel pair has room for
}

// gather takes the images of the given indices.
func (m *minibatch) gather(im *Images, indices []int32) {
	m.samples.list, m.samples.spans = m.samples.list[:0], m.samples.spans[:0]
	m.labels = m.labels[:0]
	for s := 0; s < len(indices); s += 2 {
		last := min(s+1, len(indices)-1)
		m.samples.addSamples(im, int(indices[s]), int(indices[last]), s+1 < len(indices))
	}
	m.reserve(im.stride/2, len(indices))
	for s, i := range indices {
		m.labels = append(m.labels, im.labels[i])
		m.addPixels(im, int(i), uint32(s*simd.Row))
	}
}

// reserve empties the lists of the pixel pairs, each with room for n samples.
func (m *minibatch) reserve(pairs, n int) {
	if need := pairs * n * entryWords; len(m.pixels.list) < need {
		m.pixels.list = make([]uint32, need)
	}
	m.pixels.spans = m.pixels.spans[:0]
	for p := range pairs {
		begin := uint32(p * n * entryWords)
		m.pixels.spans = append(m.pixels.spans, begin, begin)
	}
}

// addPixels appends image i to the list of each pixel pair in which it has a nonzero pixel.
func (m *minibatch) addPixels(im *Images, i int, offset uint32) {
	x := im.row(i)
	for w, support := range im.support(i) {
		const even = 0x5555555555555555
		for pairs := (support | support>>1) & even; pairs != 0; pairs &= pairs - 1 {
			k := 64*w + bits.TrailingZeros64(pairs)
			end := &m.pixels.spans[k+1] // pair k/2 has its end at word 2(k/2)+1
			e := m.pixels.list[*end:][:entryWords]
			e[0], e[1], e[2] = offset, math.Float32bits(x[k]), math.Float32bits(x[k+1])
			*end += entryWords
		}
	}
}
