//go:build !linux

package harness

// Pin is for Linux only.
func Pin() (string, error) { return "whichever core the system chose", nil }
