//go:build !amd64 && !arm64

package machine

// Known reports whether this machine has state to read.
const Known = false

// Read returns the zero State.
func Read() State { return State{} }

// Reset does nothing.
func Reset() {}

// FlushToZero does nothing.
func FlushToZero() {}

// Soil does nothing.
func Soil() {}
