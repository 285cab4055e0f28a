// Package simd holds the kernels that train and evaluate sixteen small networks
// at once, one network to a vector lane, for every instruction set this project
// has assembly for, and in portable Go for every other CPU. All of them give the
// same bits. It does not lay out weights or know what a network is: that is
// core/relunet; and it is not a general vector library.
package simd

// Lanes is how many networks a kernel works on at once. Lane l of every row is network l.
const Lanes = 16

// Tile is how many units of a layer a kernel holds in registers. Weights,
// activations and deltas are stored by tiles of this many units, a short last
// tile with the same stride as the others.
const Tile = 5

// Row is the length of one unit-tile of a pack in float32: Tile units of Lanes lanes.
const Row = Tile * Lanes

// Block is how many samples' losses are added up before the sum joins the total.
const Block = 1000

// Kernels is the table of kernels for one instruction set. It is immutable.
//
// Notation: [a][b] is row-major; every element is a vector of the sixteen lanes,
// left out below; width <= Tile is how many units of a tile exist; stride counts
// float32. All arithmetic is float32, rounded to nearest even, with subnormals;
// a chain is one accumulator and one fma a term in the stated order. Operands
// must not overlap unless they are named in place. The lengths of the slices are
// the caller's duty: the assembly reads no bounds. Each kernel touches only the
// width units of each row, and nothing else of the slices; ImageForward and
// ImageStep ask the cache for the tile after, or before, the whole slice w.
//
// Pair lists. A list of entries (offset, bits of x0, bits of x1) accumulates two
// chains at once: acc[i][u] = fma(rows[offset + u], x_i, acc[i][u]). A span names,
// for one pair, the first entry, the entry after the last, and the rows of the two
// results. For the forward pass a pair is two samples, its entries the pixels that
// are nonzero in either, ascending, the offset that of the pixel's row in w; for
// the gradient it is two pixels, its entries the samples, ascending, the offset
// that of the sample's row in d.
type Kernels struct {
	Name string

	// ImageForward: for each pair of samples a0, a1, z = b[u]; a chain over the
	// pair's list with the rows of w [pixel][Tile]; z + (+0); h[a_i][u] = ReLU(z),
	// where ReLU(z) = z <= 0 ? +0 : z, a NaN staying NaN.
	ImageForward func(width int, h, w, b []float32, list [][3]uint32, spans [][4]uint32)

	// ImageStep: for each pair of pixels a0, a1 that has entries, g = +0; a chain
	// over the list with the rows of d [sample][Tile]; w[a_i][u] = fma(-step, g +
	// (+0), w[a_i][u]).
	ImageStep func(width int, w, d []float32, list [][3]uint32, spans [][4]uint32, step *[16]float32)

	// Forward: z[s][u] goes on as a chain over the inputs j ascending:
	// fma(w[j][u], h[s][j], z[s][u]), w [inputs][Tile], z [samples][Tile]. Input j
	// stands in tile j/Tile, hStride apart: h[j/Tile][s][j%Tile]; inputs at least 1.
	Forward func(width int, z, w, h []float32, samples, inputs, hStride int)

	// Backward: d[s][u] = a chain over the outputs c ascending from +0 of
	// w[c][u] * delta[s][c], or +0 where not h[s][u] > 0. Output c stands in tile
	// c/Tile, wStride and deltaStride apart: w[c/Tile][u][c%Tile],
	// delta[c/Tile][s][c%Tile]; d and h [samples][Tile]; outputs at least 1.
	Backward func(width int, d, h, w, delta []float32, samples, outputs, wStride, deltaStride int)

	// Step: g = a chain over the samples ascending from +0 of delta[s][u] * h[s][j];
	// w[j][u] = fma(-step, g + (+0), w[j][u]), w [inputs][Tile], delta and h
	// [samples][Tile]; samples at least 1.
	Step func(width int, w, delta, h []float32, samples, inputs int, step *[16]float32)

	// BiasStep: g = the sum of d[s][u], samples ascending from +0;
	// b[u] = fma(-step, g, b[u]); samples at least 1.
	BiasStep func(width int, b, d []float32, samples int, step *[16]float32)

	// SoftmaxGrad, in place, for each sample s: max over classes ascending from z_0
	// (z_c > max ? z_c : max); e_c = Exp(z_c - max); sum over classes ascending;
	// z_c = e_c / sum - [c = labels[s]]. Class c stands in tile c/Tile, stride
	// apart: z[c/Tile][s][c%Tile].
	SoftmaxGrad func(z []float32, labels []uint32, classes, stride int)

	// LossSum, for each sample in order: loss = Log(sum of e_c) - (z_label - max),
	// with max, e_c and their sum as in SoftmaxGrad; sum += float64(loss); correct
	// += 1 where no z_c is NaN and the lowest class that attains the maximum is the
	// label.
	LossSum func(z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32)

	// Exp: dst[i] = e^src[i] within 0.90 ulp, by the sequence stated at generic.Exp;
	// a multiple of sixteen elements, dst may be src.
	Exp func(dst, src []float32)

	// Log: dst[i] = the natural logarithm of src[i] within 0.89 ulp, by the sequence
	// stated at generic.Log; a multiple of sixteen elements, dst may be src.
	Log func(dst, src []float32)

	// ReLU: dst[i] = src[i] <= 0 ? +0 : src[i], a NaN staying NaN; a multiple of
	// sixteen elements, dst may be src.
	ReLU func(dst, src []float32)

	// Peak runs rounds of PeakFlops floating-point operations each, fma on twelve
	// or more independent chains: as fast as this instruction set can, the measure of all else.
	Peak      func(rounds int)
	PeakFlops int

	// Gemm32, for each of rows*tiles rows i of C and each of its cols columns j:
	// C[i][j] = a chain over k ascending, k < depth, of A[i][k] * B[k][j], from +0
	// if fresh (C is then not read), else from C[i][j]. A[i][k] stands at
	// a[i*aRow+k*aCol], B[k][j] at b[k*bRow+j], C[i][j] at c[i*ldc+j]. Nothing else
	// is read or written. rows from 1 to GemmRows, or to GemmTallRows where cols is
	// at most GemmCols32/2; cols from 1 to GemmCols32, tiles and depth at least 1: a
	// tile of C is held in registers; tiles are one below the other, so that a panel
	// of B serves them all.
	Gemm32 func(rows, tiles, cols, depth int, a []float32, aRow, aCol int, b []float32, bRow int, c []float32, ldc int, fresh bool)

	// Gemm64 is Gemm32 in float64, with GemmCols64 for GemmCols32.
	Gemm64 func(rows, tiles, cols, depth int, a []float64, aRow, aCol int, b []float64, bRow int, c []float64, ldc int, fresh bool)

	GemmRows, GemmCols32, GemmCols64 int

	// GemmTallRows is how many rows a tile has at most if it is at most half as wide
	// as the widest; 0 if that makes no difference.
	GemmTallRows int

	// Panel32: dst[k*GemmCols32+j] = src[k*lds+j], k < rows, j < GemmCols32; rows at least 1.
	Panel32 func(rows int, dst, src []float32, lds int)

	// Panel64 is Panel32 in float64.
	Panel64 func(rows int, dst, src []float64, lds int)

	// Transpose32: dst[j*ldd+i] = src[i*lds+j], i < rows, j < cols, both multiples of eight.
	Transpose32 func(rows, cols int, dst []float32, ldd int, src []float32, lds int)

	// Transpose64 is Transpose32 in float64.
	Transpose64 func(rows, cols int, dst []float64, ldd int, src []float64, lds int)

	// Interaction64, for the rows j ascending and each of GemmCols64 columns l, which
	// are replicas of a spin glass: g[j][l] = fma(s[l], x[j][l], g[j][l]) and
	// q[l] = fma(w[j][l], x[j][l], q[l]). A row has GemmCols64 numbers; rows at least 1.
	Interaction64 func(rows int, s, x, w, g, q []float64)

	// Field64 is Interaction64 of rows*tiles rows with x[j][l] = a chain over k
	// ascending, k < depth, from +0, of m[j*ldm+k] * w[k][l]; the w of row j is
	// w[first+j], where w has depth rows, first+rows*tiles at most. rows from 1 to
	// GemmRows, tiles and depth at least 1.
	Field64 func(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64)

	// Symv64: x[j] = a chain over k ascending, k < m, from +0, of M[j][k] * w[k], for a
	// symmetric M, packed: the 8 x 8 blocks of its upper triangle, row of blocks by
	// row of blocks, each row by row, those on the diagonal whole, the last ones
	// padded. An M[j][k] below the diagonal blocks is read at M[k][j], and so are
	// those in them. x is m rounded up to whole blocks, and what is in the padding of
	// M goes into that of x. m at least 1.
	Symv64 func(m int, packed, w, x []float64)
}
