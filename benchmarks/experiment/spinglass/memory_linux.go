package spinglass

import "syscall"

// memory returns how many bytes of memory the machine has.
func memory() uint64 {
	var info syscall.Sysinfo_t
	if err := syscall.Sysinfo(&info); err != nil {
		return unknownMemory
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}
