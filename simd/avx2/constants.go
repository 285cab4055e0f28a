package avx2

// The size of the largest tile of C, of the kernels of glasses too, and the
// floating-point operations in a round of Peak. They are for every GOARCH, so that
// programs that only read the assembly know them.
const (
	Rows      = 6
	TallRows  = 12
	Cols32    = 2 * 8
	Cols64    = 2 * 4
	PeakFlops = 2 * 12 * 8
)
