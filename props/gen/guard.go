package gen

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
func Guarded(size int, side Side) (memory []byte, free func()) {
	memory, free, ok := guarded(size, side)
	if !ok {
		return make([]byte, size), func() {}
	}
	return memory, free
}

// Guards reports whether the memory of [Guarded] has an unreadable page.
var Guards = func() bool {
	_, free, ok := guarded(1, After)
	if ok {
		free()
	}
	return ok
}()
