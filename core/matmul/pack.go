package matmul

import (
	"sync"
	"unsafe"
)

// A workspace holds the packed blocks of one thread.
type workspace[T number] struct{ a, b []T }

var workspaces32, workspaces64 sync.Pool

func (p *product[T]) workspace() *workspace[T] {
	if w, ok := p.workspaces.Get().(*workspace[T]); ok {
		return w
	}
	return &workspace[T]{}
}

// lineOf returns how many numbers a cache line holds.
func lineOf[T number]() int {
	var one T
	return 64 / int(unsafe.Sizeof(one))
}

// room returns n elements of *buf, which grows as needed, from a cache line's border on.
func room[T number](buf *[]T, n int) []T {
	if len(*buf) < n {
		line := lineOf[T]()
		s := make([]T, n+line)
		off := (line - int(uintptr(unsafe.Pointer(&s[0]))%64)*line/64) % line
		*buf = s[off : off+n : off+n]
	}
	return (*buf)[:n]
}

// strip is how many rows of B are copied at once, all the way across: long pieces
// of few rows are what the hardware foresees.
const strip = 4

// packPanels copies a block of B to panels of contiguous rows.
func (p *product[T]) packPanels(w *workspace[T], b matrix[T], depth, cols int) panels[T] {
	out := panels[T]{stride: depth * p.cols, row: p.cols}
	count := ceil(cols, p.cols)
	out.data = room(&w.b, count*out.stride)
	high := strip
	if b.col != 1 {
		high = depth // to be transposed
	}
	for k := 0; k < depth; k += high {
		rows := min(high, depth-k)
		for j := 0; j < cols; j += p.cols {
			from, to := b.from(k, j), out.data[j/p.cols*out.stride+k*p.cols:]
			if b.col == 1 && cols-j >= p.cols {
				p.panel(rows, to, from.data, from.row)
			} else {
				p.copy(matrix[T]{to, p.cols, 1}, from, rows, min(p.cols, cols-j))
			}
		}
	}
	return out
}

// packRows copies alpha times a block of A to rows an odd number of cache lines
// apart, so that no two of a tile's collide in the first cache.
func (p *product[T]) packRows(w *workspace[T], a matrix[T], rows, depth int) matrix[T] {
	out := matrix[T]{row: (ceil(depth, lineOf[T]()) | 1) * lineOf[T](), col: 1}
	out.data = room(&w.a, rows*out.row)
	p.copy(out, a, rows, depth)
	if p.alpha != 1 {
		for i := range rows {
			row := out.data[i*out.row:][:depth]
			for k := range row {
				row[k] *= p.alpha
			}
		}
	}
	return out
}

// transposeUnit is what sizes the transposing kernels take multiples of.
const transposeUnit = 8

// copy copies a matrix of that many rows and columns; the rows of `to` are contiguous.
func (p *product[T]) copy(to, from matrix[T], rows, cols int) {
	if from.col == 1 {
		for i := range rows {
			copy(to.data[i*to.row:][:cols], from.data[i*from.row:])
		}
		return
	}
	wholeRows, wholeCols := rows&^(transposeUnit-1), cols&^(transposeUnit-1)
	if wholeRows > 0 && wholeCols > 0 {
		p.transpose(wholeCols, wholeRows, to.data, to.row, from.data, from.col)
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
