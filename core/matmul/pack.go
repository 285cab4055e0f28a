package matmul

import (
	"unsafe"

	"github.com/lossglass/lossglass/simd/gemm"
)

// needPacking returns whether blocks of A and B are to be copied into the order in which
// the kernel reads them. That is worth its time for operands that are read more than
// twice and read slowly where they are. A tile reads a few rows of A side by side, which
// is fast unless the rows evict each other from the cache. It reads a short piece of each
// row of B, which is fast only as long as B is small.
func (g *gemmCall[T]) needPacking() (a, b bool) {
	a = g.alpha != 1 || g.n > 2*g.Cols && (g.rowsCollide(&g.a) || g.a.col != 1 && g.isLarge(g.m, g.k))
	b = g.b.col != 1 || g.m > 2*g.Rows && (g.rowsCollide(&g.b) || g.isLarge(g.k, g.n))
	return a, b
}

// isLarge returns whether a matrix leaves little room in the second-level cache.
func (g *gemmCall[T]) isLarge(rows, cols int) bool {
	return rows*cols*sizeOf[T]() > g.blocks.InPlaceBytes
}

// rowsCollide returns whether the matrix's rows share sets of the first-level cache.
func (g *gemmCall[T]) rowsCollide(m *matrix[T]) bool {
	return m.col == 1 && m.row*sizeOf[T]()%g.blocks.WayBytes == 0
}

// A workspace holds the packed blocks of one thread.
type workspace[T number] struct{ a, b []T }

func (g *gemmCall[T]) workspace() *workspace[T] {
	if w, ok := g.pools.workspaces.Get().(*workspace[T]); ok {
		return w
	}
	return &workspace[T]{}
}

const lineBytes = 64 // of a cache line

// aligned returns the first n elements of *buf, which begins at a cache line and grows
// as needed.
func aligned[T number](buf *[]T, n int) []T {
	if len(*buf) < n {
		line := lineBytes / sizeOf[T]()
		s := make([]T, n+line)
		off := (line - int(uintptr(unsafe.Pointer(&s[0]))%lineBytes)/sizeOf[T]()) % line
		*buf = s[off : off+n : off+n]
	}
	return (*buf)[:n]
}

// packPanels copies a block of B, depth x cols, to panels of contiguous rows. If the columns do
// not fill the last panel, it begins with columns of the one before, so that it is copied like
// the others.
func (g *gemmCall[T]) packPanels(w *workspace[T], b matrix[T], depth, cols int) panels[T] {
	count, width := ceil(cols, g.Cols), min(g.Cols, cols)
	packed := panels[T]{stride: depth * g.Cols, row: g.Cols}
	packed.data = aligned(&w.b, count*packed.stride)
	if cols > g.Cols {
		packed.first = count*g.Cols - cols
	}
	rowsAtOnce := g.blocks.PackRows
	if b.col != 1 {
		rowsAtOnce = depth // to be transposed
	}
	for k := 0; k < depth; k += rowsAtOnce {
		rows := min(rowsAtOnce, depth-k)
		for i := range count {
			from, to := b.from(k, min(i*g.Cols, cols-width)), packed.data[i*packed.stride+k*g.Cols:]
			if b.col == 1 && width == g.Cols {
				g.Panel(rows, to, from.data, from.row)
			} else {
				g.copy(matrix[T]{to, g.Cols, 1}, from, rows, width)
			}
		}
	}
	return packed
}

// packRows copies alpha times a block of A, rows x depth, to rows that are an odd number of
// cache lines apart, so that no two rows of a tile collide in the first-level cache.
func (g *gemmCall[T]) packRows(w *workspace[T], a matrix[T], rows, depth int) matrix[T] {
	line := lineBytes / sizeOf[T]()
	packed := matrix[T]{row: (ceil(depth, line) | 1) * line, col: 1}
	packed.data = aligned(&w.a, rows*packed.row)
	g.copy(packed, a, rows, depth)
	if g.alpha != 1 {
		for i := range rows {
			row := packed.data[i*packed.row:][:depth]
			for k := range row {
				row[k] *= g.alpha
			}
		}
	}
	return packed
}

// copy copies the first rows and columns of a matrix to one whose rows are contiguous.
func (g *gemmCall[T]) copy(to, from matrix[T], rows, cols int) {
	if from.col == 1 {
		for i := range rows {
			copy(to.data[i*to.row:][:cols], from.data[i*from.row:])
		}
		return
	}
	wholeRows, wholeCols := rows&^(gemm.Block-1), cols&^(gemm.Block-1)
	if wholeRows > 0 && wholeCols > 0 {
		g.Transpose(wholeCols, wholeRows, to.data, to.row, from.data, from.col)
	}
	for i := range rows {
		first := 0
		if i < wholeRows {
			first = wholeCols
		}
		for j := first; j < cols; j++ {
			to.data[i*to.row+j] = from.data[i*from.row+j*from.col]
		}
	}
}
