package spinglass

import (
	"slices"
	"testing"
	"unsafe"
)

// zeros returns the requested number of zeros. Large memory begins at a multiple of the
// size of a huge page; the system would ignore the advice otherwise.
func TestZeros(t *testing.T) {
	for _, n := range []int{0, 1, 1 << 20, 1<<20 + 12345} {
		s := zeros(n)
		if len(s) != n || cap(s) != n && n >= 1<<20 || slices.ContainsFunc(s, func(x float64) bool { return x != 0 }) {
			t.Errorf("%d zeros: length %d, capacity %d, or not zero", n, len(s), cap(s))
		}
		if n >= 1<<20 && uintptr(unsafe.Pointer(&s[0]))%(2<<20) != 0 {
			t.Errorf("%d zeros begin at %p", n, &s[0])
		}
	}
}
