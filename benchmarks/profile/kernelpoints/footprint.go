package kernelpoints

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/lossglass/lossglass/simd/access"
)

// A span is a range of addresses: first, and the one after its last.
type span struct{ first, end uintptr }

// spans are ranges of addresses in any order, which may overlap.
type spans []span

// total returns the number of different addresses.
func (s spans) total() int64 {
	sorted := slices.SortedFunc(slices.Values(s), func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var bytes int64
	end := uintptr(0)
	for _, x := range sorted {
		if from := max(x.first, end); x.end > from {
			bytes += int64(x.end - from)
		}
		end = max(end, x.end)
	}
	return bytes
}

// A region is a declared region of an operand at an address.
type region struct {
	base                          uintptr
	offset, count, stride, length int
}

// memory returns the addresses of a region of a call.
func memory(r access.Region, base, size uintptr) (all spans) {
	for first, end := range r.Runs() {
		all = append(all, span{base + uintptr(first)*size, base + uintptr(end)*size})
	}
	return all
}

// operand returns the address and the size of an element of the operand of a region.
func operand(declared access.Kernel, r access.Region, args []reflect.Value) (base, size uintptr) {
	at, _, size, _ := access.Memory(args[declared.Param(r.Operand)])
	return uintptr(at), size
}

// touch adds the memory of a call to what the point touches. Many calls share operands: a
// region that was seen before is not added again.
func (p *Point) touch(declared access.Kernel, call access.Call, args []reflect.Value) {
	for _, r := range call.Regions {
		base, size := operand(declared, r, args)
		key := region{base, r.Offset, r.Count, r.Stride, r.Length}
		if !p.recorded[key] {
			p.recorded[key] = true
			p.touched = append(p.touched, memory(r, base, size)...)
		}
	}
}

// unique returns the bytes that a call reads and those that it writes, each once.
func unique(declared access.Kernel, call access.Call, args []reflect.Value) float64 {
	var read, written spans
	for _, r := range call.Regions {
		base, size := operand(declared, r, args)
		if r.Mode&access.Read != 0 {
			read = append(read, memory(r, base, size)...)
		}
		if r.Mode&access.Write != 0 {
			written = append(written, memory(r, base, size)...)
		}
	}
	return float64(read.total() + written.total())
}
