//go:build unix

package conformance

import (
	"os/exec"
	"syscall"
)

// detach keeps a signal from the terminal, which is for this program, from the process.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
