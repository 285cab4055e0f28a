// Package machine reads the state of the CPU that a function must leave as it
// found it, on amd64 and arm64.
package machine

import "fmt"

// A State is the part of the CPU's state that a call must not change.
type State struct {
	// Control is the control part of amd64's MXCSR or arm64's FPCR: rounding mode,
	// exception masks, and the flags that flush subnormals to zero.
	Control uint32
	// Upper has bit i set if the upper half of register Yi, Y0 to Y15, is not zero. That
	// makes SSE code slow, and must not outlive a call.
	Upper uint32
}

func (s State) String() string {
	return fmt.Sprintf("control %#04x, upper halves %#04x", s.Control, s.Upper)
}
