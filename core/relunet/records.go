package relunet

import (
	"fmt"
	"math"
	"math/bits"
)

// records store images compactly, one after the other, in the order of their indices. A
// minibatch takes images at random, and fetching their cache lines takes longer than all
// else in gathering it. A record is, in words of 32 bits,
//
//	the label, and the kind times 2^8
//	the support as a bitset
//	the pairs with a pixel in the support as a bitset
//	the pixels in the support, ascending
type records struct {
	words  []uint32
	begins []uint32 // begins[i] is the index of the first word of image i, begins[i+1] that after its last one
}

// newRecords returns no records, with room for those of n images whose sets have that many
// words of 64 bits together, with that many pixels in the supports. It returns an error if they need more words
// than begins can count: with 32 bits it takes half the cache lines of one with 64.
func newRecords(n, setWords, pixels int) (records, error) {
	words := n*(1+2*setWords) + pixels
	if uint64(words) > math.MaxUint32 {
		return records{}, fmt.Errorf("relunet: %d images with %d nonzero pixels are more than records have room for", n, pixels)
	}
	return records{make([]uint32, 0, words), append(make([]uint32, 0, n+1), 0)}, nil
}

// add appends a record.
func (r *records) add(label uint32, kind uint8, support, active []uint64, x []float32) {
	r.words = append(r.words, label|uint32(kind)<<8)
	for _, set := range [][]uint64{support, active} {
		for _, w := range set {
			r.words = append(r.words, uint32(w), uint32(w>>32))
		}
	}
	for w, set := range support {
		for ; set != 0; set &= set - 1 {
			r.words = append(r.words, math.Float32bits(x[64*w+bits.TrailingZeros64(set)]))
		}
	}
	r.begins = append(r.begins, uint32(len(r.words)))
}

// record returns the words of image i.
func (r *records) record(i int32) []uint32 { return r.words[r.begins[i]:r.begins[i+1]] }

// fetch reads a word of each cache line of the records of some images, unless they have
// more than four. It does nothing else, so that the CPU has many cache misses under way at
// a time. The result is of no use but that the reads are not optimised away.
func (r *records) fetch(indices []int32) (sum uint32) {
	for _, i := range indices {
		x := r.record(i)
		last := len(x) - 1
		sum += x[0] + x[last/3] + x[2*last/3] + x[last]
	}
	return sum
}

// take copies a record to sample s of a minibatch.
func (m *minibatch) take(s int, record []uint32) {
	m.labels = append(m.labels, record[0]&0xff)
	m.kind = append(m.kind, uint8(record[0]>>8))
	record = record[1:]
	for _, set := range [][]uint64{m.rows.support.set(s), m.active.set(s)} {
		for w := range set {
			set[w] = uint64(record[2*w]) | uint64(record[2*w+1])<<32
		}
		record = record[2*len(set):]
	}
	x := m.rows.row(s)
	clear(x)
	for w, set := range m.rows.support.set(s) {
		for ; set != 0; set &= set - 1 {
			x[64*w+bits.TrailingZeros64(set)] = math.Float32frombits(record[0])
			record = record[1:]
		}
	}
}
