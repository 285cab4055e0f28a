package memory

import "golang.org/x/sys/unix"

// machine returns how many bytes of memory the machine has.
func machine() uint64 {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return unknown
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}
