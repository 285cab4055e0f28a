package blocks_test

import (
	"testing"

	"github.com/lossglass/lossglass/simd/blocks"
)

// A block of A and a matrix in place fit into the second-level cache together, however
// small it is, and a large or unknown cache leaves the table's sizes.
func TestForL2(t *testing.T) {
	for name, table := range map[string]blocks.Sizes{"avx512": blocks.AVX512, "avx2": blocks.AVX2, "neon": blocks.NEON, "generic": blocks.Generic} {
		for _, bytes := range []int{64 << 10, 256 << 10, 512 << 10, 1 << 20} {
			s := table.ForL2(bytes)
			if s.ABytes < 1 || s.InPlaceBytes < 1 || s.ABytes+s.InPlaceBytes >= bytes {
				t.Errorf("%s, %d KiB: blocks of A of %d bytes and matrices of %d in place", name, bytes>>10, s.ABytes, s.InPlaceBytes)
			}
		}
		for _, bytes := range []int{-1, 0, 2 << 20, 4 << 20} {
			if table.ForL2(bytes) != table {
				t.Errorf("%s: another table for a cache of %d bytes", name, bytes)
			}
		}
	}
}
