//go:build unix

package measure

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command the leader of a process group, all of which is killed when
// its context is cancelled.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// endGroup ends what a command of its own group has left behind, such as a server that a benchmark started.
func endGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// involuntarySwitches returns how often the kernel took the CPU from a finished process.
func involuntarySwitches(cmd *exec.Cmd) int64 {
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return int64(usage.Nivcsw)
	}
	return -1
}
