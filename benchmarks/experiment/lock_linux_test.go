package experiment

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gofrs/flock"
)

// The lock file is open for writing, whatever the umask is: NFS has no exclusive locks of other files.
func TestLockIsOpenForWriting(t *testing.T) {
	for _, umask := range []int{0o022, 0o027, 0o077} {
		path := filepath.Join(t.TempDir(), lockName)
		before := syscall.Umask(umask)
		unlock, err := lockFileAs(path, (*flock.Flock).TryLock)
		syscall.Umask(before)
		if err != nil || unlock == nil {
			t.Fatal(err)
		}
		if flags, err := openFlags(path); err != nil || flags&syscall.O_ACCMODE != syscall.O_RDWR {
			t.Errorf("umask %03o: opened with flags %o, %v", umask, flags, err)
		}
		unlock()
	}
}

// openFlags returns the flags with which this process has opened a file.
func openFlags(path string) (flags int, err error) {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0, err
	}
	for _, fd := range open {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err != nil || to != path {
			continue
		}
		info, err := os.ReadFile("/proc/self/fdinfo/" + fd.Name())
		if err != nil {
			return 0, err
		}
		_, text, _ := strings.Cut(string(info), "flags:")
		_, err = fmt.Sscanf(text, "%o", &flags)
		return flags, err
	}
	return 0, os.ErrNotExist
}
