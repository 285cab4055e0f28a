// Package glass declares the kernels of spherical spin glasses: sums over the couplings
// for several replicas at once, one replica in each column, and for a single one. The
// contract of every kernel is the comment at its field of Kernels; Generic returns the
// portable version, which is the executable specification that every assembly kernel
// equals bit for bit. Glasses themselves are in core/spinglass.
package glass

// Block is the side of the square blocks in which Symv's matrix is stored.
const Block = 8

// Kernels are the kernels of one instruction set, in float64, with the size of the tile
// that Field keeps in registers. All arithmetic is IEEE-754, rounded to nearest even, with
// subnormals. A row of replicas is Cols numbers, one for each replica. Strides count
// numbers, not bytes. Operands must not overlap, except that x and w of Interaction, which
// are only read, may be the same. The kernels check no bounds: the caller must pass slices
// that are long enough. A kernel reads and writes nothing but the elements that access.go
// states.
type Kernels struct {
	// Rows is the largest number of rows of a tile of Field. Cols is the number of
	// replicas in a row.
	Rows, Cols int

	// Interaction applies to each row j, ascending, and each replica l < Cols:
	// g[j][l] = fma(s[l], x[j][l], g[j][l]) and q[l] = fma(w[j][l], x[j][l], q[l]). x, w
	// and g are [rows][Cols], s and q are [Cols]. rows >= 1.
	Interaction func(rows int, s, x, w, g, q []float64)

	// Field computes x = M w and applies Interaction to it, for rows*tiles rows:
	// x[j][l] = +0, continued as the chain x[j][l] = fma(m[j*ldm+k], w[k][l], x[j][l])
	// for k ascending, k < depth; then the step of Interaction for row j, with w[first+j]
	// in the place of w[j]. w is [depth][Cols], g is [rows*tiles][Cols].
	// 1 <= rows <= Rows; tiles >= 1; depth >= 1; 0 <= first <= depth - rows*tiles.
	Field func(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64)

	// Symv computes x = M w for a symmetric matrix M of order m: x[j] = +0, continued as
	// the chain x[j] = fma(M[j][k], w[k], x[j]) for k ascending, k < m. packed holds the
	// blocks, Block by Block numbers each, on and above the diagonal of M: row of blocks
	// by row of blocks, and each block row by row. The last blocks are padded to their
	// full size. M[j][k] is read as M[k][j] in blocks on
	// and below the diagonal, which is the same for a symmetric matrix. x has m elements
	// rounded up to whole blocks; the padding of x receives the products of the padding
	// columns of M. m >= 1.
	Symv func(m int, packed, w, x []float64)
}
