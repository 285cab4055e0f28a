package machine

// Known reports whether this machine has state to read.
const Known = true

// Read returns the present state. Vector registers have no upper halves that a call must
// clear.
func Read() State { return State{Control: uint32(fpcr())} }

//go:noescape
func fpcr() uint64

func setFPCR(x uint64)

// Reset sets FPCR to the value with which Go programs start: round to nearest even,
// subnormals on, exceptions masked.
func Reset() { setFPCR(0) }

// FlushToZero sets the flag of that name: for tests, which must Reset it.
func FlushToZero() { setFPCR(fpcr() | flushToZero) }

const flushToZero = 1 << 24

// Soil does nothing.
func Soil() {}
