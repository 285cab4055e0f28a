package gen

import (
	"sync"
	"unsafe"
)

// A Side is the side of a slice on which its memory is guarded.
type Side int

// The sides.
const (
	After Side = iota
	Before
)

func (s Side) String() string { return [...]string{"after", "before"}[s] }

// Guarded returns size bytes of memory with an unreadable page directly after or
// before them, and a function that frees them. Where the operating system has no such
// pages, Guards is false and the memory is ordinary. An access to the page ends the
// program, or panics if debug.SetPanicOnFault is on.
//
// Guarded panics if the system has such pages, but does not give one: a test that relies on it
// would pass whatever is accessed.
func Guarded(size int, side Side) (memory []byte, free func()) {
	memory, unmap, ok := guarded(size, side)
	if !ok && Guards {
		panic("gen: no guard page")
	}
	if !ok {
		return make([]byte, size), func() {}
	}
	at := unsafe.SliceData(memory)
	guardedSides.Store(at, side)
	return memory, func() {
		guardedSides.Delete(at)
		unmap()
	}
}

// guardedSides has the side of each memory that [Guarded] returned and that is not free.
var guardedSides sync.Map

// GuardOf returns on which side memory that begins there is guarded, and whether it is:
// for implementations that copy their operands elsewhere.
func GuardOf(begin *byte) (side Side, guarded bool) {
	s, ok := guardedSides.Load(begin)
	if !ok {
		return 0, false
	}
	return s.(Side), true
}

// Guards reports whether the memory of [Guarded] has an unreadable page.
var Guards = func() bool {
	_, free, ok := guarded(1, After)
	if ok {
		free()
	}
	return ok
}()
