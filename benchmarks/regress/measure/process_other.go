//go:build !unix

package measure

import "os/exec"

// ownGroup does nothing: a cancellation kills the process alone.
func ownGroup(*exec.Cmd) {}

// endGroup does nothing.
func endGroup(*exec.Cmd) {}

// involuntarySwitches returns -1: not known on this system.
func involuntarySwitches(*exec.Cmd) int64 { return -1 }
