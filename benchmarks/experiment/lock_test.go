package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/lease"
)

func TestTryLockAgainAfterSignals(t *testing.T) {
	calls := 0
	locked, err := tryLock(func() (bool, error) {
		if calls++; calls < 3 {
			return false, syscall.EINTR
		}
		return true, nil
	})
	if !locked || err != nil || calls != 3 {
		t.Errorf("locked %v, error %v after %d calls", locked, err, calls)
	}
	if _, err := tryLock(func() (bool, error) { return false, syscall.EIO }); !errors.Is(err, syscall.EIO) {
		t.Errorf("error %v", err)
	}
}

func TestLockFailureSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: "DIR/lock", Err: syscall.EACCES}, "output directory: open DIR/lock"},
		{syscall.ENOSYS, "choose a directory on a file system with file locks"},
		{&fs.PathError{Op: "Lock", Path: "DIR/lock", Err: errors.ErrUnsupported}, "choose a directory on a file system with file locks"},
		{syscall.EOPNOTSUPP, "choose a directory on a file system with file locks"},
		{syscall.ENOLCK, "choose a directory on a file system with file locks"},
	} {
		got := lockFailure("DIR", c.err)
		if !strings.Contains(got.Error(), c.want) || strings.Contains(got.Error(), "\n") || !errors.Is(got, c.err) {
			t.Errorf("%v is explained as %q", c.err, got)
		}
	}
}

// Who has a lock is named with its host: a number of a process means nothing elsewhere.
func TestLockNamesItsHost(t *testing.T) {
	dir := t.TempDir()
	unlock, err := openDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := openDir(dir); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("in use by process %d on %s;", os.Getpid(), lease.Host())) {
		t.Errorf("%v", err)
	}
	for content, want := range map[string]string{
		"12 a-1\n": "process 12 on a-1",
		"12\n":     "process 12", // as earlier versions wrote it
		"12 a/b\n": "", "12 a b\n": "", "a 12\n": "", "-1 a\n": "", "0\n": "", "": "",
	} {
		if got := parseHolder([]byte(content)); got != want {
			t.Errorf("%q is the lock of %q, want %q", content, got, want)
		}
	}
}

func TestLockIsFreeAfterUnlock(t *testing.T) {
	dir := t.TempDir()
	unlock, err := openDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openDir(dir); err == nil || !strings.Contains(err.Error(), "in use by process") {
		t.Errorf("locked twice: %v", err)
	}
	unlock()
	unlock, err = openDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// A process that opened the lock file before the holder removed it does not lock a file
// that is not there any more.
func TestLockFileIsRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, lockName)
	var working sync.WaitGroup
	var inside atomic.Int32
	for range 8 {
		working.Go(func() {
			for range 50 {
				unlock, err := lockFile(path)
				if err != nil {
					t.Error(err)
				}
				if unlock == nil {
					continue
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				inside.Add(-1)
				unlock()
			}
		})
	}
	working.Wait()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the lock file is left: %v", err)
	}
}

// What is called lock and is not a lock file stays as it is.
func TestForeignLockFile(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(outside, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, place := range map[string]func(path string) error{
		"symbolic link": func(path string) error { return os.Symlink(outside, path) },
		"hard link":     func(path string) error { return os.Link(outside, path) },
		"file":          func(path string) error { return os.WriteFile(path, []byte("precious"), 0o644) },
		"directory":     func(path string) error { return os.Mkdir(path, 0o755) },
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, lockName)
		if err := place(path); err != nil {
			t.Fatal(err)
		}
		if unlock, err := openDir(dir); err == nil {
			unlock()
			t.Errorf("%s: taken as a lock file", name)
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if content, err := os.ReadFile(outside); string(content) != "precious" {
			t.Fatalf("%s: the file outside now holds %q, %v", name, content, err)
		}
	}
}

// The processes that write reports wait for each other.
func TestLockReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		first, err := LockReport(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := LockReport(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("locked twice: %v", err)
		}
		time.AfterFunc(time.Minute, first)
		second, err := LockReport(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		second()
	})
}
