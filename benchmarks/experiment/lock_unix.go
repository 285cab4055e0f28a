//go:build unix && !aix && !solaris

package experiment

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the lock that the file stands for, or returns errLocked. The
// system releases it when the process ends, however it ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
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
