package relunet

import (
	"cmp"
	"math/bits"
	"slices"
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

// kinds gives each of the first n rows a number, so that supports are the more
// alike the closer the numbers: that of a leaf in a tree that asks, at each node,
// for the pixel that is in nearest to half of the supports there.
func kinds(r *rows, n int) []uint8 {
	kind := make([]uint8, n)
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	var split func(images []int, bit uint8)
	split = func(images []int, bit uint8) {
		if bit == 0 || len(images) < 2 {
			return
		}
		pixel := halving(r, images)
		var with, without []int
		for _, i := range images {
			if has(r.support.of(i), pixel) {
				kind[i] |= bit
				with = append(with, i)
			} else {
				without = append(without, i)
			}
		}
		split(with, bit>>1)
		split(without, bit>>1)
	}
	split(all, 1<<7)
	return kind
}

// halving returns the pixel that is in nearest to half of the images' supports.
func halving(r *rows, images []int) int {
	count := make([]int, r.inputs)
	for _, i := range images {
		for w, set := range r.support.of(i) {
			for ; set != 0; set &= set - 1 {
				count[64*w+bits.TrailingZeros64(set)]++
			}
		}
	}
	best := 0
	for k := range count {
		if off(2*count[k], len(images)) < off(2*count[best], len(images)) {
			best = k
		}
	}
	return best
}

func off(x, y int) int { return max(x-y, y-x) }

// sortByKind returns the numbers below len(kind) by ascending kind, equals in
// order; of one pair in any order.
func sortByKind(order []int, kind []uint8) []int {
	if len(kind) <= 2 {
		return append(order[:0], 0, 1)[:len(kind)]
	}
	var at [256 + 1]int // where the next of each kind goes
	for _, k := range kind {
		at[int(k)+1]++
	}
	for k := range 256 {
		at[k+1] += at[k]
	}
	order = slices.Grow(order[:0], len(kind)+1)[:len(kind)]
	for i, k := range kind {
		order[at[k]] = i
		at[k]++
	}
	return order
}

// evaluationLists returns the lists of each LossBlock images, in pairs of like kind.
func (im *Images) evaluationLists() []pairLists {
	var blocks []pairLists
	var order []int
	for from := 0; from < im.Len(); from += LossBlock {
		// Only the last block can have an odd number of images: the blank row follows.
		var p pairLists
		order = p.addPairs(im.rows.from(from), im.kind[from:min(from+LossBlock, im.Len())], order)
		blocks = append(blocks, p)
	}
	return blocks
}
