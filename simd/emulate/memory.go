package emulate

import (
	"encoding/binary"
	"fmt"

	"github.com/lossglass/lossglass/simd/access"
)

// The state of a cell: which of its bytes have a value, what the program may do
// with it, and whether it has written to it.
const (
	defined   = 15 // a bit for each byte
	mayRead   = 1 << 4
	mayWrite  = 1 << 5
	wasStored = 1 << 6
)

// A Region is memory that a program may access, in cells of four bytes. Regions are so far
// apart that an access outside of one cannot reach another.
type Region[V any] struct {
	Name  string
	Cells []V
	state []uint8
	skew  int // its address modulo 64
	base  uint64
}

// NewRegion returns a region with the given cells. The program may read all of them and, if
// writable is set, write to them. The address of the region is skew modulo 64, a multiple
// of four.
func NewRegion[V any](name string, cells []V, writable bool, skew int) *Region[V] {
	r := &Region[V]{Name: name, Cells: cells, state: make([]uint8, len(cells)), skew: skew}
	state := uint8(defined | mayRead)
	if writable {
		state |= mayWrite
	}
	for i := range r.state {
		r.state[i] = state
	}
	return r
}

// Permit sets how the program may access the n cells that begin with cell first; mode 0
// permits no access. Cells that it may only write count as uninitialised before the call.
func (r *Region[V]) Permit(first, n int, mode access.Mode) {
	state := uint8(0)
	if mode&access.Read != 0 {
		state |= defined | mayRead
	}
	if mode&access.Write != 0 {
		state |= mayRead | mayWrite // it may read what it has written
	}
	for i := first; i < first+n; i++ {
		r.state[i] = state
	}
}

// Mode returns what Permit has set for a cell.
func (r *Region[V]) Mode(cell int) access.Mode {
	mode := access.Mode(0)
	if r.state[cell]&defined != 0 {
		mode |= access.Read
	}
	if r.state[cell]&mayWrite != 0 {
		mode |= access.Write
	}
	return mode
}

// Stored reports whether the program has written to a cell.
func (r *Region[V]) Stored(cell int) bool { return r.state[cell]&wasStored != 0 }

const (
	regionShift  = 36
	constantSkew = 32 // the linker aligns data to 32 bytes at most
)

// add makes a region part of the machine's memory and returns its address.
func (m *Machine[V]) add(r *Region[V]) uint64 {
	m.regions = append(m.regions, r)
	r.base = uint64(len(m.regions))<<regionShift + uint64(r.skew)
	return r.base
}

// place describes an address in messages.
func (m *Machine[V]) place(address uint64) string {
	n := address >> regionShift
	if n > 0 && n <= uint64(len(m.regions)) {
		r := m.regions[n-1]
		at, size := int64(address-r.base), int64(4*len(r.Cells))
		if at >= size {
			return fmt.Sprintf("%s+%d, where %s has %d bytes", r.Name, at, r.Name, size)
		}
		return fmt.Sprintf("%s%+d", r.Name, at)
	}
	if n < uint64(len(m.regions)) { // just below the first byte of the next
		r := m.regions[n]
		if at := int64(address - r.base); at >= -1<<20 {
			return fmt.Sprintf("%s%d", r.Name, at)
		}
	}
	return fmt.Sprintf("address %#x, far from any operand", address)
}

// cell returns the region and the index of the cell at an address, a multiple of
// four, and fails if the program may not do that there.
func (m *Machine[V]) cell(address uint64, may uint8) (*Region[V], int) {
	n := address>>regionShift - 1
	verb := "reads"
	if may == mayWrite {
		verb = "writes"
	}
	if n >= uint64(len(m.regions)) {
		m.fail("%s at %s", verb, m.place(address))
	}
	r := m.regions[n]
	at := address - r.base
	if at%4 != 0 {
		m.fail("%s at %s, which is no multiple of four bytes", verb, m.place(address))
	}
	if at /= 4; at >= uint64(len(r.Cells)) {
		m.fail("%s at %s", verb, m.place(address))
	}
	if r.state[at]&may == 0 {
		if r.state[at]&mayRead != 0 {
			m.fail("writes at %s, which is read-only", m.place(address))
		}
		m.fail("%s at %s, which is none of the call's elements", verb, m.place(address))
	}
	return r, int(at)
}

// load reads the four bytes at an address.
func (m *Machine[V]) load(address uint64) V {
	r, at := m.cell(address, mayRead)
	if r.state[at]&defined != defined {
		m.fail("reads at %s, where nothing was written before", m.place(address))
	}
	m.counts.BytesRead += 4
	return r.Cells[at]
}

// loadByte reads one byte, whose bits must be known.
func (m *Machine[V]) loadByte(address uint64) uint64 {
	r, at := m.cell(address&^3, mayRead)
	if r.state[at]&(1<<(address&3)) == 0 {
		m.fail("reads at %s, where nothing was written before", m.place(address))
	}
	m.counts.BytesRead++
	return m.known(r.Cells[at]) >> (8 * (address & 3)) & 0xff
}

// store writes the four bytes at an address.
func (m *Machine[V]) store(address uint64, v V) {
	r, at := m.cell(address, mayWrite)
	r.Cells[at] = v
	r.state[at] |= defined | wasStored
	m.counts.BytesWritten += 4
}

// known returns the bits of a value that decides addresses or control flow.
func (m *Machine[V]) known(v V) uint64 {
	bits, ok := m.domain.Bits(v)
	if !ok {
		m.fail("an address, a mask of memory or a branch depends on data")
	}
	return bits
}

// constant returns the address of a constant, which becomes part of the memory at its first use.
func (m *Machine[V]) constant(index int) uint64 {
	if m.symbols == nil {
		m.symbols = make([]uint64, len(m.program.constants))
	}
	if m.symbols[index] == 0 {
		c := m.program.constants[index]
		cells := make([]V, len(c.Bytes)/4)
		for i := range cells {
			cells[i] = m.domain.Const(32, uint64(binary.LittleEndian.Uint32(c.Bytes[4*i:])))
		}
		m.symbols[index] = m.add(NewRegion(c.Name, cells, false, constantSkew))
	}
	return m.symbols[index]
}
