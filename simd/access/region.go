// Package access states, as code, what a call of a kernel reads and writes and how
// many floating-point operations it does: a function from the arguments of the call to
// a Call. Each family of kernels declares its kernels once, in its access.go, by
// Declare. Whatever needs to know a kernel derives from that declaration: the race
// detector's shims, guard pages and padding in tests, benchmarks, the emulator and the
// profile. It states nothing about the values that are computed: the comments of the
// Kernels types and their Generic versions do.
package access

import (
	"iter"
	"reflect"
	"unsafe"
)

// Mode is how a region of memory is accessed.
type Mode uint8

// The modes. Update is to read an element and to write it.
const (
	Read   Mode = 1
	Write  Mode = 2
	Update      = Read | Write
)

// A Region is elements of one operand of a call, which is a slice or a pointer to an
// array: Count runs of Length elements, of which the first begins at element Offset, and
// each other one Stride elements after the one before.
type Region struct {
	Operand                       string // the name of the parameter
	Mode                          Mode
	Offset, Count, Stride, Length int
}

// Vector returns the region of the first n elements of an operand.
func Vector(operand string, mode Mode, n int) Region { return Rows(operand, mode, 1, 0, n) }

// Rows returns the region of the first length elements of each of count rows, stride apart.
func Rows(operand string, mode Mode, count, stride, length int) Region {
	return Region{Operand: operand, Mode: mode, Count: count, Stride: stride, Length: length}
}

// From returns the region that begins offset elements later.
func (r Region) From(offset int) Region {
	r.Offset += offset
	return r
}

// Runs iterates over the runs of a region that have elements: the index of the first
// element of each, and the index after its last.
func (r Region) Runs() iter.Seq2[int, int] {
	return func(yield func(first, end int) bool) {
		if r.Length <= 0 {
			return
		}
		for i := range r.Count {
			first := r.Offset + i*r.Stride
			if !yield(first, first+r.Length) {
				return
			}
		}
	}
}

// End returns the index after the last element of the region, or 0 if it has none.
func (r Region) End() int {
	end := 0
	for _, e := range r.Runs() {
		end = max(end, e)
	}
	return end
}

// A Call is what one call of a kernel does.
type Call struct {
	// Regions are all elements that the call may read and must write, and no others. They
	// may overlap. A prefetch is not an access.
	Regions []Region

	// FLOPs is the number of floating-point operations in the sequence that the contract
	// states: additions, subtractions, multiplications and divisions count one, an fma
	// two; comparisons, selections and conversions do not count.
	FLOPs int

	// Terms is the number of terms in the sums of products that the kernel computes, for
	// all lanes, without the terms of pair lists whose factor is +0, which are there
	// because two sums share a list. Two operations a term are the usual measure of the
	// work of matrix products and networks.
	Terms int
}

// Len returns the number of elements that an operand must have for the call.
func (c Call) Len(operand string) int {
	n := 0
	for _, r := range c.Regions {
		if r.Operand == operand {
			n = max(n, r.End())
		}
	}
	return n
}

// Modes returns how the call accesses each of the first n elements of an operand; 0 is
// not at all.
func (c Call) Modes(operand string, n int) []Mode {
	modes := make([]Mode, n)
	for _, r := range c.Regions {
		if r.Operand != operand {
			continue
		}
		for first, end := range r.Runs() {
			for i := first; i < end; i++ {
				modes[i] |= r.Mode
			}
		}
	}
	return modes
}

// Memory returns the address of the first element of an operand, the number of its
// elements and the size of one in bytes. ok is false for arguments that are no memory.
func Memory(arg reflect.Value) (base unsafe.Pointer, n int, size uintptr, ok bool) {
	switch arg.Kind() {
	case reflect.Slice:
		return arg.UnsafePointer(), arg.Len(), arg.Type().Elem().Size(), true
	case reflect.Pointer:
		array := arg.Type().Elem()
		return arg.UnsafePointer(), array.Len(), array.Elem().Size(), true
	}
	return nil, 0, 0, false
}
