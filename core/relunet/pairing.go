package relunet

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/lossglass/lossglass/simd"
)

// What is computed in pairs costs as much as the union of the two supports, so
// it pays to pair what is alike. No result depends on it.

// pairPixels pairs pixels that are in the same images' supports, the pair with
// the fewest images in which only one of them is first. Of an odd number the
// last has the partner inputs, which is no pixel. It looks at the first n rows.
func pairPixels(r *rows, n int) [][2]int {
	const enough = 4096 // images to judge by
	inputs := r.inputs
	images := newBitsets(inputs, min(n, enough)) // of each pixel: those in whose support it is
	for i := range min(n, enough) {
		for w, set := range r.support.of(i) {
			for ; set != 0; set &= set - 1 {
				images.of(64*w + bits.TrailingZeros64(set))[i/64] |= 1 << (i % 64)
			}
		}
	}
	type candidate struct{ waste, a, b int }
	var all []candidate
	for a := range inputs {
		for b := a + 1; b < inputs; b++ {
			all = append(all, candidate{difference(images.of(a), images.of(b)), a, b})
		}
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(x.waste, y.waste) })
	taken := make([]bool, inputs)
	var pairs [][2]int
	for _, c := range all {
		if !taken[c.a] && !taken[c.b] {
			taken[c.a], taken[c.b] = true, true
			pairs = append(pairs, [2]int{c.a, c.b})
		}
	}
	if i := slices.Index(taken, false); i >= 0 {
		pairs = append(pairs, [2]int{i, inputs})
	}
	return pairs
}

// difference returns how many bits differ.
func difference(x, y []uint64) int {
	n := 0
	for i := range x {
		n += bits.OnesCount64(x[i] ^ y[i])
	}
	return n
}

// evaluationLists returns the lists of each simd.Block images, in pairs of like supports.
func (im *Images) evaluationLists() []pairLists {
	var blocks []pairLists
	var r rows
	for from := 0; from < im.Len(); from += simd.Block {
		indices := make([]int32, min(simd.Block, im.Len()-from))
		for i := range indices {
			indices[i] = int32(from + i)
		}
		r.take(&im.rows, indices)
		var p pairLists
		for _, pair := range pairImages(&r, len(indices)) {
			p.addSamples(&r, pair[0], pair[1])
		}
		blocks = append(blocks, p)
	}
	return blocks
}

// pairImages pairs the first n rows, each in turn with the most alike of those
// left, the largest support first. Of an odd number the last has the blank row.
func pairImages(r *rows, n int) [][2]int {
	size := make([]int, n)
	left := make([]int, n)
	for i := range left {
		left[i] = i
		for _, w := range r.support.of(i) {
			size[i] += bits.OnesCount64(w)
		}
	}
	slices.SortStableFunc(left, func(a, b int) int { return cmp.Compare(size[b], size[a]) })
	var pairs [][2]int
	for ; len(left) > 1; left = left[1:] {
		best, least := 0, math.MaxInt
		for i, b := range left[1:] {
			// |A or B| = (|A| + |B| + |A xor B|) / 2
			if d := size[b] + difference(r.support.of(left[0]), r.support.of(b)); d < least {
				best, least = 1+i, d
			}
		}
		pairs = append(pairs, [2]int{left[0], left[best]})
		left = slices.Delete(left, best, best+1)
	}
	if len(left) == 1 {
		pairs = append(pairs, [2]int{left[0], n})
	}
	return pairs
}
