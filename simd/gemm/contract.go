// Package gemm declares the kernels of matrix products: the product of a few rows of A
// with a panel of B, and the two kernels that copy matrices into panels. The contract of
// every kernel is the comment at its field of Kernels; Generic returns the portable
// version, which is the executable specification that every assembly kernel equals bit
// for bit. Whole products, with their blocks and threads, are in core/matmul.
package gemm

// Block is the number that the sizes of Transpose are multiples of.
const Block = 8

// Kernels are the kernels of one instruction set for numbers of type T, with the size of
// the tile of C that Gemm keeps in registers. All arithmetic is IEEE-754 in type T, rounded
// to nearest even, with subnormals. Strides count numbers, not bytes. Operands must not
// overlap. The kernels check no bounds: the caller must pass slices that are long enough.
// A kernel reads and writes nothing but the elements that access.go states.
type Kernels[T float32 | float64] struct {
	// Rows and Cols are the size of the largest tile of C.
	Rows, Cols int

	// TallRows is the largest number of rows of a tile that has at most Cols/2 columns.
	// It is at least Rows.
	TallRows int

	// Gemm computes C = A B, or C += A B unless fresh, for rows*tiles rows and cols
	// columns of C: the given number of tiles, one below the other, of that many rows
	// each. All of them use the same panel of B. With A[i][k] = a[i*aRow+k*aCol],
	// B[k][j] = b[k*bRow+j] and C[i][j] = c[i*ldc+j], each element starts from +0 if
	// fresh, in which case C is not read, and from C[i][j] otherwise, and continues as
	// the chain C[i][j] = fma(A[i][k], B[k][j], C[i][j]) for k ascending, k < depth.
	// 1 <= cols <= Cols; 1 <= rows <= Rows, or TallRows if cols <= Cols/2; tiles >= 1;
	// depth >= 1.
	Gemm func(rows, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool)

	// Panel copies Cols columns of a matrix next to each other:
	// dst[k*Cols+j] = src[k*lds+j] for k < rows and j < Cols. rows >= 1.
	Panel func(rows int, dst, src []T, lds int)

	// Transpose copies a matrix transposed: dst[j*ldd+i] = src[i*lds+j] for i < rows and
	// j < cols, both of which are multiples of Block.
	Transpose func(rows, cols int, dst []T, ldd int, src []T, lds int)
}
