package experiment

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
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
