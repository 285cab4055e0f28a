package experiment

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lock takes the lock that the file stands for, or returns errLocked. The
// system releases it when the process ends, however it ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	// A locked range cannot be read by others: one byte far beyond the process
	// id is locked, so that the id stays readable.
	far := &windows.Overlapped{OffsetHigh: 1}
	err = windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, far)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		err = errLocked
	} else if err == nil {
		err = writeHolder(f)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return func() {
		f.Truncate(0)
		f.Close()
	}, nil
}
