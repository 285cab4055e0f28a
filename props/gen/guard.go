package gen

// A Side of a slice in memory.
type Side int

// The sides.
const (
	After Side = iota
	Before
)

func (s Side) String() string { return [...]string{"after", "before"}[s] }

// Guarded returns size bytes of memory with an unreadable page directly after,
// or before, them, and what gives them back. Where the operating system offers
// none, Guards is false and the memory is ordinary. An access to the page ends
// the program unless debug.SetPanicOnFault is on; then it panics.
func Guarded(size int, side Side) (memory []byte, free func()) {
	memory, free, ok := guarded(size, side)
	if !ok {
		return make([]byte, size), func() {}
	}
	return memory, free
}

// Guards tells whether [Guarded] has unreadable pages.
var Guards = func() bool {
	_, free, ok := guarded(1, After)
	if ok {
		free()
	}
	return ok
}()
