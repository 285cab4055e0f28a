package relunet

import (
	"math"
	"math/bits"
	"slices"

	"github.com/lossglass/lossglass/simd/network"
)

// A minibatch is what the kernels need of the images of one minibatch: pair lists of
// samples for the forward pass and pair lists of pixels for the gradient.
type minibatch struct {
	kind    []uint8
	order   []int
	rows    rows
	active  bitsets // of each sample: the pairs with a pixel in its support
	samples pairLists
	pixels  pairLists // spans only of pairs with entries
	labels  []uint32
	fetched uint32 // see records.fetch
}

// gather fills m with the images of the given indices.
func (m *minibatch) gather(im *Images, indices []int32) {
	n := len(indices)
	m.rows.resize(n, im.inputs)
	m.active.resize(n, (len(im.pairs)+63)/64)
	m.kind, m.labels = m.kind[:0], m.labels[:0]
	for s, i := range indices {
		m.take(s, im.records.record(i))
	}
	m.samples.entries, m.samples.spans = m.samples.entries[:0], m.samples.spans[:0]
	m.order = m.samples.addPairs(&m.rows, m.kind, m.order)
	if n == 1 {
		m.pairPixels()
		return
	}
	m.reservePixels(im.pairs, n)
	for s := range indices {
		m.addPixels(s)
	}
	m.pixels.dropEmpty()
}

// pairPixels makes the lists of the pixel pairs for a single sample. Their one entry is
// the same for any two pixels in its support, so these are paired in order, and fewer
// weights are updated than with the pairs of Images.
func (m *minibatch) pairPixels() {
	x, support := m.rows.row(0), m.rows.support.set(0)
	m.pixels.entries, m.pixels.spans = m.pixels.entries[:0], m.pixels.spans[:0]
	pair := func(a, b int) {
		n := uint32(len(m.pixels.entries))
		m.pixels.entries = append(m.pixels.entries, network.Entry{0, math.Float32bits(x[a]), math.Float32bits(x[b])})
		m.pixels.spans = append(m.pixels.spans, network.Span{n, n + 1, uint32(a), uint32(b)})
	}
	const none = -1
	first := none
	for w, set := range support {
		for ; set != 0; set &= set - 1 {
			k := 64*w + bits.TrailingZeros64(set)
			if first == none {
				first = k
				continue
			}
			pair(first, k)
			first = none
		}
	}
	if first == none {
		return
	}
	// The partner of the last of an odd number of pixels is one outside the support, whose
	// gradient is zero, or no pixel if there is none.
	partner := 0
	for has(support, partner) {
		partner++
	}
	pair(first, partner)
}

// reservePixels empties the lists of the pixel pairs, each with room for n samples. The
// list of pair p begins at p times n.
func (m *minibatch) reservePixels(pairs [][2]int, n int) {
	m.pixels.entries = slices.Grow(m.pixels.entries[:0], len(pairs)*n)[:len(pairs)*n]
	m.pixels.spans = slices.Grow(m.pixels.spans[:0], len(pairs))[:len(pairs)]
	for p, pixels := range pairs {
		begin := uint32(p * n)
		m.pixels.spans[p] = network.Span{begin, begin, uint32(pixels[0]), uint32(pixels[1])}
	}
}

// addPixels appends sample s to the list of each pixel pair that is active in it.
func (m *minibatch) addPixels(s int) {
	x, list, spans, row := m.rows.row(s), m.pixels.entries, m.pixels.spans, uint32(s*network.Row)
	for w, set := range m.active.set(s) {
		for ; set != 0; set &= set - 1 {
			span := &spans[64*w+bits.TrailingZeros64(set)]
			to := &list[span[1]]
			to[0], to[1], to[2] = row, math.Float32bits(x[span[2]]), math.Float32bits(x[span[3]])
			span[1]++
		}
	}
}
