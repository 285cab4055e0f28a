//go:build !windows && (!unix || aix || solaris)

package experiment

import (
	"errors"
	"io/fs"
	"os"
)

// lock takes the lock that the file stands for, or returns errLocked. Where
// the system has no file locks the file's existence is the lock: after a crash
// it has to be deleted by hand.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	if err := writeHolder(f); err != nil {
		f.Close()
		return nil, errors.Join(err, os.Remove(path))
	}
	return func() {
		f.Close()
		os.Remove(path)
	}, nil
}
