//go:build !linux

package common

// Pin is for Linux only.
func Pin() (string, error) { return "whichever core the system chose", nil }
