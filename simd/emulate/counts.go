package emulate

// A Class is a kind of instruction, by which Counts counts.
type Class uint8

// The classes.
const (
	Scalar   Class = iota // on general registers
	Branch                // jumps and RET
	Prefetch              //
	Move                  // of vectors: loads, stores, copies, broadcasts
	Float                 // + - * / min max, lane by lane
	FMA                   //
	Integer               // lane by lane
	Bitwise               // and, or, xor, blends
	Compare               //
	Convert               //
	Shuffle               // lanes to other lanes
	Mask                  // on mask registers
	Other                 // VZEROUPPER
	classes
)

func (c Class) String() string {
	return [...]string{"scalar", "branch", "prefetch", "move", "float", "fma", "integer", "bitwise", "compare", "convert", "shuffle", "mask", "other"}[c]
}

// Counts are the numbers of instructions and bytes of the calls executed so far. They do not
// depend on the machine that emulates.
type Counts struct {
	Instructions uint64
	Classes      [classes]uint64
	// BytesRead and BytesWritten add up the sizes of all accesses to memory, without the
	// lanes that a mask disables.
	BytesRead, BytesWritten uint64
}
