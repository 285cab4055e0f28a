package neon

// The size of the largest tile of C, of the kernels of glasses too, and the
// floating-point operations in a round of Peak. They are for every GOARCH, so that
// programs that only read the assembly know them.
const (
	Rows      = 6
	TallRows  = 6
	Cols32    = 4 * 4
	Cols64    = 4 * 2
	PeakFlops = 2 * 24 * 4
)
