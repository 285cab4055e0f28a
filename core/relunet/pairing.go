package relunet

import (
	"cmp"
	"math/bits"
	"slices"
)

// The kernels for images compute pairs of samples and pairs of pixels, and the time for a
// pair grows with the union of the two supports. Pairing similar ones therefore saves
// time. It changes no result.

// pairPixels pairs pixels greedily, those in the most similar sets of images first, to
// minimise the number of images in which only one pixel of a pair is nonzero. With an odd
// number of pixels, the last one is paired with index inputs, which is no pixel. It
// uses the first n rows.
func pairPixels(r *rows, n int) [][2]int {
	const enough = 4096 // images that are representative of all
	inputs := r.inputs
	images := newBitsets(inputs, min(n, enough)) // for each pixel: the images with it in their support
	for i := range min(n, enough) {
		for w, set := range r.support.set(i) {
			for ; set != 0; set &= set - 1 {
				images.set(64*w + bits.TrailingZeros64(set))[i/64] |= 1 << (i % 64)
			}
		}
	}
	type candidate struct{ waste, a, b int }
	var candidates []candidate
	for a := range inputs {
		for b := a + 1; b < inputs; b++ {
			candidates = append(candidates, candidate{differences(images.set(a), images.set(b)), a, b})
		}
	}
	slices.SortStableFunc(candidates, func(x, y candidate) int { return cmp.Compare(x.waste, y.waste) })
	paired := make([]bool, inputs)
	var pairs [][2]int
	for _, c := range candidates {
		if !paired[c.a] && !paired[c.b] {
			paired[c.a], paired[c.b] = true, true
			pairs = append(pairs, [2]int{c.a, c.b})
		}
	}
	if i := slices.Index(paired, false); i >= 0 {
		pairs = append(pairs, [2]int{i, inputs})
	}
	return pairs
}

// differences returns the number of bits in which x and y differ.
func differences(x, y []uint64) int {
	n := 0
	for i := range x {
		n += bits.OnesCount64(x[i] ^ y[i])
	}
	return n
}

// kinds assigns a number to each of the first n rows, such that rows with close numbers
// have similar supports. The number encodes a leaf of a binary tree of depth eight; each
// inner node splits its rows by the pixel that is in the support of nearest to half of
// them.
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
		pixel := halvingPixel(r, images)
		var with, without []int
		for _, i := range images {
			if has(r.support.set(i), pixel) {
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

// halvingPixel returns the pixel that is in the support of nearest to half of the images.
func halvingPixel(r *rows, images []int) int {
	count := make([]int, r.inputs)
	for _, i := range images {
		for w, set := range r.support.set(i) {
			for ; set != 0; set &= set - 1 {
				count[64*w+bits.TrailingZeros64(set)]++
			}
		}
	}
	distance := func(k int) int { return max(2*count[k]-len(images), len(images)-2*count[k]) }
	best := 0
	for k := range count {
		if distance(k) < distance(best) {
			best = k
		}
	}
	return best
}

// sortByKind returns the indices 0, ..., len(kind)-1 by ascending kind, and ascending
// among equal kinds; of up to two it returns them in any order. It uses the memory of
// order.
func sortByKind(order []int, kind []uint8) []int {
	if len(kind) <= 2 { // a single pair needs no sorting
		return append(order[:0], 0, 1)[:len(kind)]
	}
	// Counting sort.
	var next [256 + 1]int // the place of the next index of each kind
	for _, k := range kind {
		next[int(k)+1]++
	}
	for k := range 256 {
		next[k+1] += next[k]
	}
	order = slices.Grow(order[:0], len(kind)+1)[:len(kind)]
	for i, k := range kind {
		order[next[k]] = i
		next[k]++
	}
	return order
}
