//go:build linux && (amd64 || arm64) && !static

package blas

import (
	"bytes"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// canary fills the pages of an operand around it.
const canary = 0xa5

// A placement is an operand in memory, between two more pages.
type placement struct {
	all    []byte // with these two pages
	inside []byte // what can be accessed
	data   []byte
}

// place puts an operand into memory of its own.
func place(m Memory) (placement, error) {
	page := unix.Getpagesize()
	if m.Offset < 0 || m.Offset > page {
		return placement{}, fmt.Errorf("an operand begins at byte %d of a page", m.Offset)
	}
	room := max(1, (m.Offset+len(m.Data)+page-1)/page) * page
	all, err := unix.Mmap(-1, 0, page+room+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return placement{}, err
	}
	p := placement{all: all, inside: all[page:][:room], data: all[page+m.Offset:][:len(m.Data)]}
	guards := [][]byte{all[:page], all[page+room:]}
	if !m.Guarded {
		p.inside, guards = all, nil
	}
	for _, guard := range guards {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			p.free()
			return placement{}, err
		}
	}
	for i := range p.inside {
		p.inside[i] = canary
	}
	copy(p.data, m.Data)
	return p, nil
}

func (p placement) free() { _ = unix.Munmap(p.all) }

// address returns where the operand begins; it may be empty.
func (p placement) address() uintptr { return uintptr(p.pointer()) }

func (p placement) pointer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(p.data)) }

// outside returns which byte around the operand was written to, relative to its begin, or
// false.
func (p placement) outside() (at int, written bool) {
	from := int(p.address() - uintptr(unsafe.Pointer(unsafe.SliceData(p.inside))))
	for i, b := range p.inside {
		if b != canary && (i < from || i >= from+len(p.data)) {
			return i - from, true
		}
	}
	return 0, false
}

// contents returns a copy of the operand.
func (p placement) contents() []byte { return bytes.Clone(p.data) }
