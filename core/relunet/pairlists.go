package relunet

import (
	"math"
	"math/bits"
	"slices"

	"github.com/lossglass/lossglass/simd/network"
)

// pairLists are pair lists as defined at [network.Kernels].
type pairLists struct {
	entries []network.Entry
	spans   []network.Span
}

// addSamples appends the list of a pair of images, which has an entry for each pixel in
// the support of either.
func (p *pairLists) addSamples(r *rows, a, b int) {
	begin := len(p.entries)
	n := begin
	entries := slices.Grow(p.entries, r.inputs)[:n+r.inputs]
	xa, xb := r.row(a), r.row(b)
	sa, sb := r.support.set(a), r.support.set(b)
	for w := range sa {
		for union := sa[w] | sb[w]; union != 0; union &= union - 1 {
			k := 64*w + bits.TrailingZeros64(union)
			e := &entries[n]
			e[0], e[1], e[2] = uint32(k*network.Row), math.Float32bits(xa[k]), math.Float32bits(xb[k])
			n++
		}
	}
	p.entries = entries[:n]
	p.spans = append(p.spans, network.Span{uint32(begin), uint32(n), uint32(a), uint32(b)})
}

// addPairs appends the lists of the first len(kind) images, in pairs of similar kind. With
// an odd number of images, the last one is paired with the blank image after it. addPairs
// uses order as scratch memory and returns it for the next call.
func (p *pairLists) addPairs(r *rows, kind []uint8, order []int) []int {
	order = append(sortByKind(order, kind), len(kind))
	for i := 0; i < len(kind); i += 2 {
		p.addSamples(r, order[i], order[i+1])
	}
	return order
}

// dropEmpty removes the spans without entries. It has no branch that depends on them,
// because the CPU could not predict it.
func (p *pairLists) dropEmpty() {
	n := 0
	for _, span := range p.spans {
		p.spans[n] = span
		n += int(min(1, span[1]-span[0]))
	}
	p.spans = p.spans[:n]
}
