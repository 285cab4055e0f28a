package experiment

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gofrs/flock"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

const lockName = "lock"

// openDir creates the directory if need be and locks it for this process. The
// operating system releases the lock when the process ends, however it ends.
func openDir(dir string) (unlock func(), err error) {
	if err := createDir(dir); err != nil {
		return nil, fmt.Errorf("output directory: %w", err)
	}
	path := filepath.Join(dir, lockName)
	lock := flock.New(path, flock.SetPermissions(0o644))
	locked, err := tryLock(lock.TryLock)
	if err != nil {
		return nil, lockFailure(dir, err)
	}
	if !locked {
		return nil, fmt.Errorf("%s is in use by %s; wait for it or choose another directory", dir, lockHolder(path))
	}
	// The process id is used in messages only, so an error is ignored. On Windows it is
	// the rule: there the lock also keeps the content of the file from being written.
	_ = os.WriteFile(path, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644)
	return func() {
		_ = os.Truncate(path, 0)
		lock.Unlock()
	}, nil
}

func createDir(dir string) error {
	_, err := os.Stat(dir)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err := os.MkdirAll(dir, 0o755); err != nil || !isNew {
		return err
	}
	return atomicfile.SyncDir(filepath.Dir(dir))
}

// tryLock calls try again while a signal interrupts it.
func tryLock(try func() (bool, error)) (locked bool, err error) {
	for {
		if locked, err = try(); !errors.Is(err, syscall.EINTR) {
			return locked, err
		}
	}
}

// lockFailure explains why the lock could be neither taken nor refused: the file
// cannot be created, or the system or file system has no locks.
func lockFailure(dir string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("output directory: %w", err)
	}
	return fmt.Errorf("%s cannot be locked against other processes (%w); choose a directory on a file system with file locks, such as a local disk", dir, err)
}

// lockHolder names the process that holds the lock, as far as it is known.
func lockHolder(path string) string {
	raw, err := os.ReadFile(path)
	pid := strings.TrimSpace(string(raw))
	if err != nil || pid == "" {
		return "another process"
	}
	return "process " + pid
}
