//go:build !amd64

package machine

// Known tells whether this machine has state to read.
const Known = false

// Read returns the zero State.
func Read() State { return State{} }

// FlushToZero does nothing.
func FlushToZero(bool) {}

// Soil does nothing.
func Soil() {}
