package machine

import "golang.org/x/sys/cpu"

// Known reports whether this machine has state to read.
const Known = true

// Read returns the present state. It clears the upper halves.
func Read() State {
	s := State{Control: mxcsr() &^ 0x3f} // the low six bits are exception flags, which any operation may raise
	if cpu.X86.HasAVX {
		s.Upper = upper()
	}
	return s
}

// mxcsr returns the register of that name.
//
//go:noescape
func mxcsr() uint32

// upper returns which of Y0 to Y15 are not zero in their upper half.
//
//go:noescape
func upper() uint32

// Reset sets MXCSR to the value with which Go programs start: round to nearest even,
// subnormals on, exceptions masked.
func Reset() { setMXCSR(0x1f80) }

// FlushToZero sets the flag of that name: for tests, which must Reset it.
func FlushToZero() { setMXCSR(mxcsr() | flushToZero) }

const flushToZero = 1 << 15

func setMXCSR(x uint32)

// Soil puts something in the upper half of Y3: for tests, on CPUs that have AVX.
func Soil()
