package experiment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
	"github.com/lossglass/lossglass/benchmarks/internal/lease"
)

const (
	lockName = "lock"
	// ReportLockName is the name of the lock file of LockReport.
	ReportLockName = "report.lock"
)

// openDir creates the directory if need be and locks it for this process. The
// operating system releases the lock when the process ends, however it ends.
func openDir(dir string) (unlock func(), err error) {
	if err := atomicfile.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("output directory: %w", err)
	}
	if err := checkForeign(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, lockName)
	unlock, err = lockFile(path)
	isShared, _ := exists(filepath.Join(dir, joinName)) // for the message only
	switch {
	case err != nil:
		return nil, lockFailure(dir, err)
	case unlock == nil && isShared:
		return nil, fmt.Errorf("%s is in use by processes that compute there together; wait for them, or join them with -join %s", dir, dir)
	case unlock == nil:
		return nil, fmt.Errorf("%s is in use by %s; wait for it or choose another directory", dir, lockHolder(path))
	}
	return unlock, nil
}

// shareDir is openDir for a process that shares the directory with others of its kind, and with
// nobody else. Where the file system has no locks, it keeps nobody away: openDir refuses such a
// directory.
func shareDir(dir string) (unlock func(), err error) {
	if err := atomicfile.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("shared directory: %w", err)
	}
	if err := checkForeign(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, lockName)
	const attempts = 50 // a process that leaves has the lock for itself for a moment
	for range attempts {
		unlock, err = lockFileAs(path, (*flock.Flock).TryRLock)
		switch {
		case isUnsupported(err):
			return func() {}, nil
		case err != nil:
			return nil, fmt.Errorf("shared directory: %w", err)
		case unlock != nil:
			return unlock, nil
		}
		time.Sleep(lockInterval)
	}
	return nil, fmt.Errorf("%s is in use by %s, which does not share it; wait for it or choose another directory", dir, lockHolder(path))
}

// lockInterval is the time between two attempts to lock a file.
const lockInterval = 20 * time.Millisecond

// LockReport waits until no other process writes a report into the directory, which is
// created if need be, and locks it for writing one. Whoever holds the lock from the
// reading of the results to the writing of their report never replaces a report by
// one of older results. On a file system without locks it does nothing. It returns
// ctx.Err() soon after ctx is cancelled.
func LockReport(ctx context.Context, dir string) (unlock func(), err error) {
	if err := atomicfile.MkdirAll(dir); err != nil {
		return nil, err
	}
	for {
		unlock, err := lockFile(filepath.Join(dir, ReportLockName))
		if err != nil {
			if isUnsupported(err) {
				return func() {}, nil
			}
			return nil, err
		}
		if unlock != nil {
			return unlock, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockInterval):
		}
	}
}

// lockFile creates and locks a file. It returns nil without an error if another process
// has locked it. unlock removes the file.
func lockFile(path string) (unlock func(), err error) {
	unlock, err = lockFileAs(path, (*flock.Flock).TryLock)
	if unlock != nil {
		// The process id is used in messages only, so an error is ignored. On Windows it
		// is the rule: there the lock also keeps the content of the file from being
		// written, and the file from being removed.
		_ = os.WriteFile(path, fmt.Appendf(nil, "%d %s\n", os.Getpid(), lease.Host()), 0o644)
	}
	return unlock, err
}

// lockFileAs is lockFile with a lock that may be shared. The last process with a shared lock
// removes the file.
func lockFileAs(path string, try func(*flock.Flock) (bool, error)) (unlock func(), err error) {
	for {
		if err := checkLockFile(path); err != nil {
			return nil, err
		}
		lock, locked, err := openLock(path, try)
		if err != nil || !locked {
			return nil, err
		}
		// The process that had the lock before may have removed the file after this one
		// opened it. A lock on a removed file keeps nobody away.
		if !isLockOf(lock, path) {
			lock.Close()
			continue
		}
		return func() {
			if alone, err := tryLock(lock.TryLock); alone && err == nil {
				_ = atomicfile.Remove(path)
			}
			lock.Close()
		}, nil
	}
}

// openLock opens a lock file and tries to lock it. It opens the file for writing, if that is permitted:
// over NFS, a file that is open for reading alone has no exclusive lock.
func openLock(path string, try func(*flock.Flock) (bool, error)) (lock *flock.Flock, locked bool, err error) {
	for _, access := range []int{os.O_RDWR, os.O_RDONLY} {
		lock = flock.New(path, flock.SetFlag(os.O_CREATE|access), flock.SetPermissions(0o644))
		locked, err = tryLock(func() (bool, error) { return try(lock) })
		if !errors.Is(err, fs.ErrPermission) {
			break
		}
	}
	return lock, locked, err
}

// checkLockFile returns an error if there is anything of this name that this program did
// not write: it would be overwritten.
func checkLockFile(path string) error {
	if err := inputfile.CheckWritable(path); err != nil {
		return err
	}
	content, err := inputfile.Read(path, 1<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if holder := parseHolder(content); err == nil && len(content) > 0 && holder == "" {
		err = errors.New("it holds something else than the number of a process")
	}
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s is no lock file of this program (%w); remove it", path, err)
	}
	return nil
}

// parseHolder names the process of which a lock file has the number and the host; "" if it has
// something else. A number alone, which this program once wrote, is that of a process of any host.
func parseHolder(content []byte) string {
	number, host, hasHost := strings.Cut(strings.TrimSpace(string(content)), " ")
	pid, err := strconv.Atoi(number)
	switch {
	case err != nil || pid <= 0 || !lease.IsHost(host) && hasHost:
		return ""
	case hasHost:
		return fmt.Sprintf("process %d on %s", pid, host)
	default:
		return fmt.Sprint("process ", pid)
	}
}

func isLockOf(lock *flock.Flock, path string) bool {
	locked, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(locked, there)
}

// tryLock calls try again while a signal interrupts it.
func tryLock(try func() (bool, error)) (locked bool, err error) {
	for {
		if locked, err = try(); !errors.Is(err, syscall.EINTR) {
			return locked, err
		}
	}
}

// isUnsupported reports whether the system or the file system has no locks.
func isUnsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.ENOLCK)
}

// lockFailure explains why the lock could be neither taken nor refused.
func lockFailure(dir string, err error) error {
	if isUnsupported(err) {
		return fmt.Errorf("%s cannot be locked against other processes (%w); choose a directory on a file system with file locks, such as a local disk", dir, err)
	}
	return fmt.Errorf("output directory: %w", err)
}

// lockHolder names the process that holds the lock, as far as it is known.
func lockHolder(path string) string {
	content, _ := inputfile.Read(path, 1<<10)
	return cmp.Or(parseHolder(content), "another process")
}
