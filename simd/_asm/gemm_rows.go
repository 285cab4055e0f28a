package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// matrixRows are rows some bytes apart.
type matrixRows struct{ first, step, step3, step5 GPVirtual }

func rowsOf(first, step GPVirtual) matrixRows {
	m := matrixRows{first, step, GP64(), GP64()}
	LEAQ(Mem{Base: step, Index: step, Scale: 2}, m.step3)
	LEAQ(Mem{Base: step, Index: step, Scale: 4}, m.step5)
	return m
}

// group is the number of rows that are addressed from one pointer: the addressing modes
// give the multiples 0 to 6 of step with the help of step3 and step5.
const group = 7

// A column addresses one element in each row.
type column struct {
	matrixRows
	pointers []GPVirtual // to rows 0, group, 2*group, ...
	offset   int         // bytes from there to the element
}

// column sets up pointers to the first column of n rows.
func (m matrixRows) column(n int) column {
	c := column{matrixRows: m, pointers: []GPVirtual{copyOf(m.first)}}
	for i := group; i < n; i += group {
		p := GP64()
		LEAQ(Mem{Base: c.pointers[len(c.pointers)-1], Index: m.step5, Scale: 1}, p)
		LEAQ(Mem{Base: p, Index: m.step, Scale: 2}, p)
		c.pointers = append(c.pointers, p)
	}
	return c
}

func (c column) row(i int) Mem {
	m := Mem{Base: c.pointers[i/group], Disp: c.offset}
	switch i % group {
	case 1, 2, 4:
		m.Index, m.Scale = c.step, uint8(i%group)
	case 3:
		m.Index, m.Scale = c.step3, 1
	case 5:
		m.Index, m.Scale = c.step5, 1
	case 6:
		m.Index, m.Scale = c.step3, 2
	}
	return m
}
