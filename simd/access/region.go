// Package access has the declarations of kernels: the names of a kernel and its parameters,
// and a function from the arguments of a call to a [Call], which states what the call reads
// and writes and how many floating-point operations it does. Each family declares its
// kernels once, in its access.go, with [Declare]. The race detector's shims, the guard pages
// and the padding in tests, the benchmarks, the emulator and the profile are all derived
// from these declarations.
//
// A declaration does not state which values are computed: the comments of the families'
// Kernels types and their Generic versions do.
package access

import (
	"iter"
	"reflect"
	"unsafe"
)

// Mode is how a region of memory is accessed.
type Mode uint8

// The modes. An element with mode Update is both read and written.
const (
	Read   Mode = 1
	Write  Mode = 2
	Update      = Read | Write
)

// A Region is a set of elements of one operand, which is a slice or a pointer to an array:
// Count runs of Length elements each, which begin at the elements Offset, Offset+Stride,
// Offset+2 Stride and so on.
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

// From returns the region shifted by offset elements.
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
	// Regions are the elements that the call may read and those that it must write. It
	// accesses no others, but may prefetch them. Regions may overlap.
	Regions []Region

	// FLOPs is the number of floating-point operations in the sequence that the contract
	// states: additions, subtractions, multiplications and divisions count one, an fma
	// two; comparisons, selections and conversions do not count.
	FLOPs int

	// Terms is the number of terms in the sums of products that the kernel computes, over
	// all lanes. Terms of pair lists with a factor +0 do not count: they exist only because
	// two sums share a list. The usual measure of the work of matrix products and networks
	// is two operations for each term.
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

// Modes returns how the call accesses each of the first n elements of an operand. The mode
// of elements that it does not access is 0.
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
// elements and the size of one in bytes. ok is false unless the
// argument is a slice or a pointer to an array.
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
