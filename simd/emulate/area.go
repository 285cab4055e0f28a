package emulate

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"

	"github.com/lossglass/lossglass/simd/access"
)

// An area is the memory that an argument of a call leads to.
type area struct {
	name    string
	memory  unsafe.Pointer
	start   uintptr // its address in this process
	cells   int     // of four bytes
	length  int     // of a slice
	size    uintptr // of a number in it, 4 or 8
	address uint64  // in the emulator
	region  *Region[uint64]
	first   int           // the index of its first cell in the region
	modes   []access.Mode // how each cell may be accessed; nil if all may be read and written
}

// memoryOf returns the memory that an argument leads to, or nil.
func memoryOf(name string, arg reflect.Value) *area {
	var bytes uintptr
	switch {
	case arg.Kind() == reflect.Slice:
		bytes = uintptr(arg.Len()) * arg.Type().Elem().Size()
	case arg.Kind() != reflect.Pointer:
		return nil
	case !arg.IsNil():
		bytes = arg.Type().Elem().Size()
	}
	length := 0
	if arg.Kind() == reflect.Slice {
		length = arg.Len()
	}
	element, _ := pointee(arg.Type()) // bind has seen that there is no error
	return &area{name: name, length: length, memory: arg.UnsafePointer(), start: uintptr(arg.UnsafePointer()), cells: int(bytes / 4), size: element.Size()}
}

// get returns a cell. A number of eight bytes has the lower half first, whatever
// the order of bytes of the machine that emulates.
func (a *area) get(cell int) uint64 {
	if a.size == 4 {
		return uint64(*(*uint32)(unsafe.Add(a.memory, 4*cell)))
	}
	return *(*uint64)(unsafe.Add(a.memory, 8*(cell/2))) >> (32 * (cell % 2)) & 0xffffffff
}

// set changes a cell.
func (a *area) set(cell int, bits uint64) {
	if a.size == 4 {
		*(*uint32)(unsafe.Add(a.memory, 4*cell)) = uint32(bits)
		return
	}
	number, shift := (*uint64)(unsafe.Add(a.memory, 8*(cell/2))), 32*(cell%2)
	*number = *number&^(0xffffffff<<shift) | bits<<shift
}

// placeAreas copies the memory of the arguments into regions, one for those that
// overlap, and sets their addresses. A region begins where its numbers may and
// wider vectors are not aligned.
func placeAreas(m *Machine[uint64], areas []*area) {
	sorted := slices.DeleteFunc(slices.Clone(areas), func(a *area) bool { return a == nil })
	slices.SortStableFunc(sorted, func(a, b *area) int { return cmp.Compare(a.start, b.start) })
	for len(sorted) > 0 {
		first, n := sorted[0], 1
		end := first.start + uintptr(4*first.cells)
		for n < len(sorted) && sorted[n].start < end {
			end = max(end, sorted[n].start+uintptr(4*sorted[n].cells))
			n++
		}
		region := NewRegion(first.name, make([]uint64, (end-first.start)/4), true, int(first.size))
		region.Permit(0, len(region.Cells), 0)
		base := m.Place(region)
		for _, a := range sorted[:n] {
			offset := a.start - first.start
			a.region, a.first, a.address = region, int(offset/4), base+uint64(offset)
			for i := range a.cells {
				if a.mode(i)&access.Read != 0 { // others may be written to by another thread
					region.Cells[a.first+i] = a.get(i)
				}
				region.Permit(a.first+i, 1, region.Mode(a.first+i)|a.mode(i)) // of operands that share memory, what either allows
			}
		}
		sorted = sorted[n:]
	}
}

// argumentAt returns the argument whose memory, or what is around it, has an address in the
// emulator, and the distance from its first byte. The argument is -1 if it is none's.
func argumentAt(areas []*area, address uint64) (argument int, offset int64) {
	for i, a := range areas {
		if a != nil && address>>regionShift == a.address>>regionShift {
			return i, int64(address - a.address)
		}
	}
	return -1, 0
}

// mode returns how a cell may be accessed.
func (a *area) mode(cell int) access.Mode {
	if a.modes == nil {
		return access.Update
	}
	return a.modes[cell]
}

// missing returns the first cell that the program must have written and has not, or
// -1. One that it may read too may keep its value.
func (a *area) missing() int {
	if a == nil || a.modes == nil {
		return -1
	}
	for i, mode := range a.modes {
		if mode == access.Write && !a.region.Stored(a.first+i) {
			return i
		}
	}
	return -1
}

// giveBack copies what the program stored to the memory of the arguments.
func (a *area) giveBack() {
	if a == nil {
		return
	}
	for i := range a.cells {
		if a.region.Stored(a.first + i) {
			a.set(i, a.region.Cells[a.first+i])
		}
	}
}
