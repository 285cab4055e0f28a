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
	spans [][4]uint32
}

// addSamples appends the list of a pair of images: the union of their supports.
func (p *pairLists) addSamples(r *rows, a, b int) {
	begin := len(p.list)
	n := begin
	list := slices.Grow(p.list, r.inputs)[:n+r.inputs]
	xa, xb := r.row(a), r.row(b)
	sa, sb := r.support.of(a), r.support.of(b)
	for w := range sa {
		for union := sa[w] | sb[w]; union != 0; union &= union - 1 {
			k := 64*w + bits.TrailingZeros64(union)
			list[n] = [3]uint32{uint32(k * simd.Row), math.Float32bits(xa[k]), math.Float32bits(xb[k])}
			n++
		}
	}
	p.list = list[:n]
	p.spans = append(p.spans, [4]uint32{uint32(begin), uint32(n), uint32(a), uint32(b)})
}

// A minibatch is what the kernels need of some images: lists for the forward
// pass, by pairs of samples, and for the gradient, by pairs of pixels.
type minibatch struct {
	rows    rows
	samples pairLists
	pixels  pairLists // the list of pair p begins at entry p times the number of samples
	labels  []uint32
}

// gather takes the images of the given indices.
func (m *minibatch) gather(im *Images, indices []int32) {
	m.rows.take(&im.rows, indices)
	m.samples.list, m.samples.spans = m.samples.list[:0], m.samples.spans[:0]
	for s := 0; s < len(indices); s += 2 {
		m.samples.addSamples(&m.rows, s, s+1)
	}
	m.reserve(im.pairs, len(indices))
	m.labels = m.labels[:0]
	for s, i := range indices {
		m.labels = append(m.labels, im.labels[i])
		m.addPixels(im.pairs, s)
	}
}

// reserve empties the lists of the pixel pairs, each with room for n samples.
func (m *minibatch) reserve(pairs [][2]int, n int) {
	if need := len(pairs) * n; len(m.pixels.list) < need {
		m.pixels.list = make([][3]uint32, need)
	}
	m.pixels.spans = m.pixels.spans[:0]
	for p, pixels := range pairs {
		begin := uint32(p * n)
		m.pixels.spans = append(m.pixels.spans, [4]uint32{begin, begin, uint32(pixels[0]), uint32(pixels[1])})
	}
}

// addPixels appends sample s to the list of each pixel pair in which it takes part.
func (m *minibatch) addPixels(pairs [][2]int, s int) {
	x, list, spans := m.rows.row(s), m.pixels.list, m.pixels.spans
	for w, set := range m.rows.pairSupport.of(s) {
		for ; set != 0; set &= set - 1 {
			span := &spans[64*w+bits.TrailingZeros64(set)]
			list[span[1]] = [3]uint32{uint32(s * simd.Row), math.Float32bits(x[span[2]]), math.Float32bits(x[span[3]])}
			span[1]++
		}
	}
}
