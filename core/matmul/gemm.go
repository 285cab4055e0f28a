package matmul

import (
	"sync"
	"unsafe"

	"gonum.org/v1/gonum/blas"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/blocks"
	"github.com/lossglass/lossglass/simd/gemm"
)

type number interface{ float32 | float64 }

// sizeOf returns the size of a number in bytes.
func sizeOf[T number]() int {
	var x T
	return int(unsafe.Sizeof(x))
}

// A matrix has element i, j at data[i*row+j*col].
type matrix[T number] struct {
	data     []T
	row, col int
}

// set makes m the matrix whose row i begins at data[i*ld], or its transpose.
func (m *matrix[T]) set(data []T, ld int, trans blas.Transpose) {
	m.data, m.row, m.col = data, ld, 1
	if trans != blas.NoTrans {
		m.row, m.col = 1, ld
	}
}

// from returns the matrix without its first i rows and j columns.
func (m matrix[T]) from(i, j int) matrix[T] {
	m.data = m.data[i*m.row+j*m.col:]
	return m
}

// A gemmCall is one matrix product as a whole, C = alpha A B + beta C, or the rows and
// columns of C that one thread computes.
type gemmCall[T number] struct {
	*gemm.Kernels[T]
	blocks      *blocks.Sizes
	pools       *pools
	m, n, k     int
	alpha, beta T
	a, b, c     matrix[T] // op(A), op(B) and C
}

// pools hold what later calls use again: workspaces and jobs.
type pools struct{ workspaces, jobs sync.Pool }

var pools32, pools64 pools

// multiply computes a product whose arguments have been checked, on up to that many threads.
func multiply[T number](set *simd.Set, kernels *gemm.Kernels[T], pools *pools, transA, transB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int, threads int) {
	call := gemmCall[T]{Kernels: kernels, blocks: &set.Blocks, pools: pools, m: m, n: n, k: k, alpha: alpha, beta: beta}
	call.a.set(a, lda, transA)
	call.b.set(b, ldb, transB)
	call.c.set(c, ldc, blas.NoTrans)
	call.onThreads(threads, set.Probe.FMAFlops)
}

// compute computes the product on this thread.
func (g *gemmCall[T]) compute() {
	if g.m == 0 || g.n == 0 {
		return
	}
	noSum := g.alpha == 0 || g.k == 0
	if g.beta != 1 && (g.beta != 0 || noSum) {
		g.scaleC()
	}
	if noSum {
		return
	}
	packA, packB := g.needPacking()
	if packA || packB {
		g.computeBlocks(packA, packB)
		return
	}
	var b panels[T] // set field by field: a copy of it takes as long as a small tile
	b.data, b.stride, b.row = g.b.data, g.Cols, g.b.row
	g.computeBlock(&g.a, &b, &g.c, g.m, g.n, g.k, g.beta == 0)
}

// scaleC sets C to beta C, and to +0 if beta is 0.
func (g *gemmCall[T]) scaleC() {
	for i := range g.m {
		row := g.c.data[i*g.c.row:][:g.n]
		if g.beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= g.beta
		}
	}
}

// computeBlocks computes the product with the five loops of GotoBLAS and BLIS: over
// blocks of columns of C, of k, and of rows of C here, over panels in computeBlock, and
// over tiles in the kernel Gemm. Unlike BLIS it packs only what needs it.
func (g *gemmCall[T]) computeBlocks(packA, packB bool) {
	w := g.workspace()
	defer g.pools.workspaces.Put(w)
	nBlocks, kBlocks, mBlocks := ceil(g.n, g.blocks.Cols), ceil(g.k, g.blocks.Depth), ceil(g.m, g.blockRows())
	for jc := range nBlocks { // loop 5: B has at most NC columns
		j, n := part(g.n, g.Cols, nBlocks, jc)
		for pc := range kBlocks { // loop 4: A and B are at most KC deep
			p, k := part(g.k, 1, kBlocks, pc)
			b := panels[T]{data: g.b.from(p, j).data, stride: g.Cols, row: g.b.row}
			if packB {
				b = g.packPanels(w, g.b.from(p, j), k, n)
			}
			for ic := range mBlocks { // loop 3: A has at most MC rows
				i, m := part(g.m, 1, mBlocks, ic)
				a := g.a.from(i, p)
				if packA {
					a = g.packRows(w, a, m, k)
				}
				c := g.c.from(i, j)
				g.computeBlock(&a, &b, &c, m, n, k, p == 0 && g.beta == 0)
			}
		}
	}
}

// blockRows returns the number of rows of the largest block of A.
func (g *gemmCall[T]) blockRows() int {
	fit := g.blocks.ABytes / (g.blocks.Depth * sizeOf[T]())
	return max(g.Rows, min(g.blocks.Rows, fit))
}

// panels are a block of B, cut into panels with the columns of one tile: element k, j of
// panel i is at data[i*stride+k*row+j]. If the last panel has fewer columns than the others, it is
// at first+j: columns of the panel before are in front of it.
type panels[T number] struct {
	data        []T
	stride, row int
	first       int
}

// computeBlock computes m x n elements of C, A B if fresh and C + A B otherwise: BLIS's
// macrokernel.
func (g *gemmCall[T]) computeBlock(a *matrix[T], b *panels[T], c *matrix[T], m, n, k int, fresh bool) {
	for i, j := 0, 0; j < n; i, j = i+1, j+g.Cols { // loop 2: panels of NR columns
		cols, mostRows, at := min(g.Cols, n-j), g.Rows, i*b.stride
		if cols < g.Cols {
			at += b.first
		}
		if half := g.Cols / 2; cols <= half {
			mostRows = g.TallRows
			if more := half - cols; fresh && j >= half {
				// Columns before are computed again, because a tile as wide as a vector is fast.
				cols, j, at = half, j-more, at-more
			}
		}
		// Loop 1 is in Gemm: tiles of MR rows. All tiles have rows rows, but the first
		// higher ones have one more.
		tiles := ceil(m, mostRows)
		rows, higher := m/tiles, m%tiles
		panel, first := b.data[at:], 0
		if higher > 0 {
			first = higher * (rows + 1)
			g.Gemm(rows+1, higher, cols, k, a.data, a.row, a.col, panel, b.row, c.data[j:], c.row, fresh)
		}
		g.Gemm(rows, tiles-higher, cols, k, a.data[first*a.row:], a.row, a.col, panel, b.row, c.data[first*c.row+j:], c.row, fresh)
	}
}

// ceil returns n/unit, rounded up.
func ceil(n, unit int) int { return (n + unit - 1) / unit }

// part returns the beginning and the length of part i of 0..n-1, which is cut into parts
// as equal as multiples of unit can be.
func part(n, unit, parts, i int) (from, length int) {
	units := ceil(n, unit)
	from = units * i / parts * unit
	return from, min(units*(i+1)/parts*unit, n) - from
}
