package relunet

import (
	"math"

	"github.com/lossglass/lossglass/simd/network"
)

// A minibatch is what the kernels need of the images of one minibatch: pair lists of
// samples for the forward pass and pair lists of pixels for the gradient.
type minibatch struct {
	entries []network.Entry // of all samples, as in Images
	ends    []int           // ends[s] is the index after the last entry of sample s
	kind    []uint8
	order   []int
	rows    rows
	samples pairLists
	pixels  pairLists // the list of pair p begins at p times the number of samples
	labels  []uint32
}

// gather fills m with the images of the given indices.
func (m *minibatch) gather(im *Images, indices []int32) {
	m.copyImages(im, indices)
	m.reservePixels(im.pairs, len(indices))
	begin := 0
	for s, end := range m.ends {
		m.addPixels(s, m.entries[begin:end])
		begin = end
	}
	m.samples.entries, m.samples.spans = m.samples.entries[:0], m.samples.spans[:0]
	m.order = m.samples.addPairs(&m.rows, m.kind, m.order)
}

// copyImages copies what is stored for the images. They are read in random order; doing
// only this first lets the cache misses of many images overlap.
func (m *minibatch) copyImages(im *Images, indices []int32) {
	m.rows.resize(len(indices), im.inputs)
	m.entries, m.ends, m.kind, m.labels = m.entries[:0], m.ends[:0], m.kind[:0], m.labels[:0]
	for s, i := range indices {
		m.entries = append(m.entries, im.entries[im.begins[i]:im.begins[i+1]]...)
		m.ends = append(m.ends, len(m.entries))
		m.kind = append(m.kind, im.kind[i])
		m.labels = append(m.labels, im.labels[i])
		copy(m.rows.support.set(s), im.support.set(int(i)))
	}
}

// reservePixels empties the lists of the pixel pairs, each with room for n samples.
func (m *minibatch) reservePixels(pairs [][2]int, n int) {
	if need := len(pairs) * n; len(m.pixels.entries) < need {
		m.pixels.entries = make([]network.Entry, need)
	}
	m.pixels.spans = m.pixels.spans[:0]
	for p, pixels := range pairs {
		begin := uint32(p * n)
		m.pixels.spans = append(m.pixels.spans, network.Span{begin, begin, uint32(pixels[0]), uint32(pixels[1])})
	}
}

// addPixels appends sample s to the list of each pixel pair in its entries, and writes
// its pixels to its row.
func (m *minibatch) addPixels(s int, entries []network.Entry) {
	x, list, spans := m.rows.row(s), m.pixels.entries, m.pixels.spans
	for i := range entries {
		from := &entries[i]
		span := &spans[from[0]]
		to := &list[span[1]]
		to[0], to[1], to[2] = uint32(s*network.Row), from[1], from[2]
		span[1]++
		x[span[2]], x[span[3]] = math.Float32frombits(from[1]), math.Float32frombits(from[2])
	}
}
