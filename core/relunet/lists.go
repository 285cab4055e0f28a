package relunet

import (
	"math"
	"math/bits"
	"slices"

	"github.com/lossglass/lossglass/simd/network"
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
			e := &list[n]
			e[0], e[1], e[2] = uint32(k*network.Row), math.Float32bits(xa[k]), math.Float32bits(xb[k])
			n++
		}
	}
	p.list = list[:n]
	p.spans = append(p.spans, [4]uint32{uint32(begin), uint32(n), uint32(a), uint32(b)})
}

// addPairs appends the lists of the first len(kind) images in pairs of like
// kind. Of an odd number the last has the blank row. It uses order for scratch.
func (p *pairLists) addPairs(r *rows, kind []uint8, order []int) []int {
	order = append(sortByKind(order, kind), len(kind))
	for i := 0; i < len(kind); i += 2 {
		p.addSamples(r, order[i], order[i+1])
	}
	return order
}

// A minibatch is what the kernels need of some images: lists for the forward
// pass, by pairs of samples, and for the gradient, by pairs of pixels.
type minibatch struct {
	entries [][3]uint32 // as in Images, of all samples
	ends    []int       // of each sample's entries
	kind    []uint8
	order   []int
	rows    rows
	samples pairLists
	pixels  pairLists // the list of pair p begins at entry p times the number of samples
	labels  []uint32
}

// gather takes the images of the given indices.
func (m *minibatch) gather(im *Images, indices []int32) {
	m.take(im, indices)
	m.reserve(im.pairs, len(indices))
	begin := 0
	for s, end := range m.ends {
		m.addPixels(s, m.entries[begin:end])
		begin = end
	}
	m.samples.list, m.samples.spans = m.samples.list[:0], m.samples.spans[:0]
	m.order = m.samples.addPairs(&m.rows, m.kind, m.order)
}

// take copies what is known of the images. Doing that first lets the misses of
// many images, which are read in random order, overlap.
func (m *minibatch) take(im *Images, indices []int32) {
	m.rows.resize(len(indices), im.inputs)
	m.entries, m.ends, m.kind, m.labels = m.entries[:0], m.ends[:0], m.kind[:0], m.labels[:0]
	for s, i := range indices {
		m.entries = append(m.entries, im.entries[im.begins[i]:im.begins[i+1]]...)
		m.ends = append(m.ends, len(m.entries))
		m.kind = append(m.kind, im.kind[i])
		m.labels = append(m.labels, im.labels[i])
		copy(m.rows.support.of(s), im.support.of(int(i)))
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

// addPixels appends sample s to the list of each pixel pair in which it takes
// part, and fills in its row.
func (m *minibatch) addPixels(s int, entries [][3]uint32) {
	x, list, spans := m.rows.row(s), m.pixels.list, m.pixels.spans
	for i := range entries {
		from := &entries[i]
		span := &spans[from[0]]
		to := &list[span[1]]
		to[0], to[1], to[2] = uint32(s*network.Row), from[1], from[2]
		span[1]++
		x[span[2]], x[span[3]] = math.Float32frombits(from[1]), math.Float32frombits(from[2])
	}
}
