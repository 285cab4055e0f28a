package emulate

// A Class is a kind of instruction, for counting.
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

// Counts are what a call has executed: the same on every machine.
type Counts struct {
	Instructions uint64
	Classes      [classes]uint64
	// Bytes that instructions read and wrote, each time they did; those of lanes that
	// a mask leaves out are not counted.
	BytesRead, BytesWritten uint64
}
