package avx512

// The size of the largest tile of C, of the kernels of glasses too, and the
// floating-point operations in a round of Peak. They are for every GOARCH, so that
// programs that only read the assembly know them.
const (
	Rows      = 14
	TallRows  = 28
	Cols32    = 2 * 16
	Cols64    = 2 * 8
	PeakFlops = 2 * 12 * 16
)
