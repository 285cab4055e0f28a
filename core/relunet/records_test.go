package relunet

import (
	"math"
	"testing"
)

// Records with more words than 32 bits count are refused before they are allocated.
func TestTooManyRecords(t *testing.T) {
	if math.MaxInt == math.MaxInt32 {
		t.Skip("such images need more than the address space")
	}
	const setWords = 13 + 7 // of 784 pixels and their pairs
	images := 1000 * 5290   // on 64 bits
	if _, err := newRecords(images, setWords, 784*images); err == nil {
		t.Errorf("%d images are accepted", images)
	}
	r, err := newRecords(2, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	r.add(1, 2, []uint64{1}, []uint64{1}, []float32{0.5})
	r.add(3, 0, []uint64{0}, []uint64{0}, []float32{0})
	if len(r.words) != cap(r.words) || r.begins[2] != uint32(len(r.words)) {
		t.Errorf("%d words with room for %d, the last record ends at %d", len(r.words), cap(r.words), r.begins[2])
	}
}
