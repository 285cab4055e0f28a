//go:build !linux && !darwin

package memory

// machine returns unknown.
func machine() uint64 { return unknown }
