package matmul

import (
	"sync"
	"unsafe"
)

type number interface{ float32 | float64 }

// kernels are those of simd.Set for one type of numbers.
type kernels[T number] struct {
	tile       func(rows, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool)
	panel      func(rows int, dst, src []T, lds int)
	transpose  func(rows, cols int, dst []T, ldd int, src []T, lds int)
	rows, cols int // of the largest tile
	tall       int // rows of the largest tile of at most half as many columns
	workspaces *sync.Pool
	leastWork  int64 // how many multiplications repay a thread
}

// A matrix holds element i, j at data[i*row+j*col].
type matrix[T number] struct {
	data     []T
	row, col int
}

// store makes m the matrix, or if trans its transpose, whose row i begins at data[i*ld].
func (m *matrix[T]) store(data []T, ld int, trans bool) {
	m.data, m.row, m.col = data, ld, 1
	if trans {
		m.row, m.col = 1, ld
	}
}

// from returns the matrix without its first i rows and j columns.
func (m matrix[T]) from(i, j int) matrix[T] {
	m.data = m.data[i*m.row+j*m.col:]
	return m
}

// A product is C = alpha A B + beta C, or the part of it that one thread computes.
type product[T number] struct {
	kernels[T]
	m, n, k     int
	alpha, beta T
	a, b, c     matrix[T]
}

// The most rows of A and columns of B in a block, and their length. A block of A
// stays in the second cache while the panels of B pass by; it is deep, because C
// comes and goes once for each depth.
const (
	blockDepth = 512
	blockRows  = 168
	blockCols  = 2048
)

// compute does the product on this thread.
func (p *product[T]) compute() {
	if p.m == 0 || p.n == 0 {
		return
	}
	idle := p.alpha == 0 || p.k == 0
	if p.beta != 1 && (p.beta != 0 || idle) {
		p.scale()
	}
	if idle {
		return
	}
	packA, packB := p.packs()
	if !packA && !packB {
		var b panels[T] // set field by field: to copy it would take as long as a small tile
		b.data, b.stride, b.row = p.b.data, p.cols, p.b.row
		p.block(p.m, p.n, p.k, &p.a, &b, &p.c, p.beta == 0)
		return
	}
	p.blocks(packA, packB)
}

// packs tells whether A and B are to be copied, block by block, to the order of
// use: where they are read more than twice, and read badly where they stand. The
// rows of A, of which a tile reads a few side by side, are read well unless they
// collide; those of B, of which it reads a piece each, only as long as B is small.
func (p *product[T]) packs() (a, b bool) {
	a = p.alpha != 1 || p.n > 2*p.cols && (p.a.collides() || p.a.col != 1 && large[T](p.m, p.k))
	b = p.b.col != 1 || p.m > 2*p.rows && (p.b.collides() || large[T](p.k, p.n))
	return a, b
}

// large tells whether a matrix leaves the second cache little room.
func large[T number](rows, cols int) bool {
	const room = 512 << 10
	var one T
	return rows*cols*int(unsafe.Sizeof(one)) > room
}

// collides tells whether the matrix's rows collide in the first cache, which finds
// a line by its address modulo 4 KiB.
func (m *matrix[T]) collides() bool {
	const way = 4 << 10
	var one T
	return m.col == 1 && m.row*int(unsafe.Sizeof(one))%way == 0
}

// scale sets C to beta C, to +0 if beta is 0.
func (p *product[T]) scale() {
	for i := range p.m {
		row := p.c.data[i*p.c.row:][:p.n]
		if p.beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= p.beta
		}
	}
}

// panels are a block of B by panels of as many columns as a tile has: element
// k, j of panel i at data[i*stride+k*row+j].
type panels[T number] struct {
	data        []T
	stride, row int
}

// block computes m x n elements of C, panel by panel: A B if fresh, else C + A B.
func (p *product[T]) block(m, n, k int, a *matrix[T], b *panels[T], c *matrix[T], fresh bool) {
	for i, j := 0, 0; j < n; i, j = i+1, j+p.cols {
		cols, highest := min(p.cols, n-j), p.rows
		if 2*cols <= p.cols {
			highest = p.tall
		}
		// Tiles of nearly equal height: `more` of them have one row more than the others.
		tiles := ceil(m, highest)
		rows, more := m/tiles, m%tiles
		panel, at := b.data[i*b.stride:], 0
		if more > 0 {
			at = more * (rows + 1)
			p.tile(rows+1, more, cols, k, a.data, a.row, a.col, panel, b.row, c.data[j:], c.row, fresh)
		}
		p.tile(rows, tiles-more, cols, k, a.data[at*a.row:], a.row, a.col, panel, b.row, c.data[at*c.row+j:], c.row, fresh)
	}
}

// blocks computes the product block by block of A and B, packed as told.
func (p *product[T]) blocks(packA, packB bool) {
	w := p.workspace()
	defer p.workspaces.Put(w)
	across, deep, down := ceil(p.n, blockCols), ceil(p.k, blockDepth), ceil(p.m, blockRows)
	for jPart := range across {
		j, cols := cut(p.n, p.cols, across, jPart)
		for kPart := range deep {
			k, depth := cut(p.k, 1, deep, kPart)
			b := panels[T]{p.b.from(k, j).data, p.cols, p.b.row}
			if packB {
				b = p.packPanels(w, p.b.from(k, j), depth, cols)
			}
			for iPart := range down {
				i, rows := cut(p.m, 1, down, iPart)
				a := p.a.from(i, k)
				if packA {
					a = p.packRows(w, a, rows, depth)
				}
				c := p.c.from(i, j)
				p.block(rows, cols, depth, &a, &b, &c, k == 0 && p.beta == 0)
			}
		}
	}
}

func ceil(n, unit int) int { return (n + unit - 1) / unit }

// cut returns the beginning and length of part i of 0..n-1, in parts as equal as
// multiples of unit can be.
func cut(n, unit, parts, i int) (from, length int) {
	units := ceil(n, unit)
	from = units * i / parts * unit
	return from, min(units*(i+1)/parts*unit, n) - from
}
