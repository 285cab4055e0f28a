package memory

import "golang.org/x/sys/unix"

// machine returns how many bytes of memory the machine has.
func machine() uint64 {
	bytes, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return unknown
	}
	return bytes
}
