// Package blocks is the table of block sizes: how much of an operation is done at a time
// so that its operands stay in the CPU's caches. There is one row for each instruction
// set, and ForL2 fits it to the CPU's second-level cache. core reads the sizes from the
// field Blocks of the simd.Set. The generators of the assembly in simd/_asm read those
// fields that become part of the code.
// Results do not depend on any of these sizes.
//
// Sizes of tiles, which are kept in registers, are not here but in the kernels' tables:
// see Rows and Cols of gemm.Kernels.
package blocks

// Sizes are the block sizes of one instruction set.
type Sizes struct {
	// Rows, Depth and Cols are for matrix products in core/matmul: the largest block of A
	// is Rows x Depth, with fewer rows where these exceed ABytes, and stays in the
	// second-level cache while it is multiplied by all panels of a block of B, which is at
	// most Depth x Cols. BLIS calls them MC, KC and NC. Depth is large because C is read
	// and written once for each block of k.
	Rows, Depth, Cols int
	ABytes            int

	// InPlaceBytes is the size up to which a matrix is read without packing, because it
	// fits into the second-level cache with room for others. Larger ones are packed if they
	// are read often.
	InPlaceBytes int

	// WayBytes is the size of a way of the first-level cache. Addresses whose distance is a
	// multiple of it share a set: rows of a matrix that are so far apart evict each other.
	WayBytes int

	// PackRows is the number of rows of B that are packed at a time, over the whole width
	// of the block: the hardware prefetches long pieces of a few rows.
	PackRows int

	// PackAhead is the number of rows that the kernel Panel prefetches ahead, because they
	// are too far apart for the hardware's prefetcher. SumAhead is the same for the rows of
	// a packed panel of B in the kernel Gemm. They are 0 where the kernel does not
	// prefetch.
	PackAhead, SumAhead int

	// Samples is the number of samples whose deltas and activations stay in the
	// first-level cache while the gradient of a network reads them several times; 0 if the
	// kernels do not divide the samples.
	Samples int

	// Couplings is the number of unpacked couplings of a spin glass that are applied to
	// all replicas before the next are unpacked: 1 MiB of them, half of a
	// second-level cache of 2 MiB.
	Couplings int
}

// ForL2 returns the sizes for a second-level cache of that many bytes: a block of A takes
// at most three eighths of it, and a matrix that is read in place a quarter. The sizes of
// the table are for 2 MiB; no size exceeds them, and they are returned where the cache is
// not known and bytes therefore not positive.
func (s Sizes) ForL2(bytes int) Sizes {
	if bytes > 0 {
		s.ABytes = min(s.ABytes, bytes/8*3)
		s.InPlaceBytes = min(s.InPlaceBytes, bytes/4)
	}
	return s
}

// The rows of the table.
var (
	AVX512  = Sizes{Rows: 168, Depth: 512, Cols: 2048, ABytes: 768 << 10, InPlaceBytes: 512 << 10, WayBytes: 4 << 10, PackRows: 4, PackAhead: 16, SumAhead: 8, Samples: 128, Couplings: 1024 << 10 / 8}
	AVX2    = Sizes{Rows: 168, Depth: 512, Cols: 2048, ABytes: 768 << 10, InPlaceBytes: 512 << 10, WayBytes: 4 << 10, PackRows: 8, PackAhead: 16, Samples: 32, Couplings: 1024 << 10 / 8}
	NEON    = Sizes{Rows: 168, Depth: 512, Cols: 2048, ABytes: 768 << 10, InPlaceBytes: 512 << 10, WayBytes: 4 << 10, PackRows: 4, PackAhead: 16, Samples: 32, Couplings: 1024 << 10 / 8}
	Generic = Sizes{Rows: 168, Depth: 512, Cols: 2048, ABytes: 768 << 10, InPlaceBytes: 512 << 10, WayBytes: 4 << 10, PackRows: 4, Couplings: 1024 << 10 / 8}
)
