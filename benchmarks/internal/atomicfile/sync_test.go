package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// An fsync that the file system does not have (CIFS, FUSE) is no error, of a directory or of a
// file; any other failure is. The old file stays if the new one could not be flushed, and no
// temporary file is left.
func TestFsyncErrors(t *testing.T) {
	for _, tt := range []struct {
		errno       syscall.Errno
		onDirectory bool
		fails       bool
		content     string
	}{
		{syscall.EINVAL, true, false, "new"}, {syscall.EOPNOTSUPP, true, false, "new"}, {syscall.ENOSYS, true, false, "new"},
		{syscall.EINVAL, false, false, "new"}, {syscall.EOPNOTSUPP, false, false, "new"},
		{syscall.EIO, true, true, "new"}, // it was renamed, but a power cut may undo that
		{syscall.EIO, false, true, "old"}, {syscall.ENOSPC, false, true, "old"},
	} {
		if tt.onDirectory && runtime.GOOS == "windows" {
			continue // which flushes no directories
		}
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		restore := Intercept(func(c Change, make func() error) error {
			if info, err := os.Stat(c.Path); c.Op != OpSync || err != nil || info.IsDir() != tt.onDirectory {
				return make()
			}
			return &os.PathError{Op: "sync", Path: c.Path, Err: tt.errno}
		})
		err := Write(path, []byte("new"))
		restore()
		if (err != nil) != tt.fails || tt.fails && !errors.Is(err, tt.errno) {
			t.Errorf("%v, directory %t: %v", tt.errno, tt.onDirectory, err)
		}
		if content, err := os.ReadFile(path); string(content) != tt.content {
			t.Errorf("%v, directory %t: %q, %v", tt.errno, tt.onDirectory, content, err)
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
			t.Errorf("%v, directory %t: left %v, %v", tt.errno, tt.onDirectory, entries, err)
		}
	}
}

// Of every directory that MkdirAll creates, the entry is flushed.
func TestMkdirAllFlushesEveryLevel(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no directories are flushed")
	}
	top := t.TempDir()
	flushed := make(map[string]bool)
	restore := Intercept(func(c Change, make func() error) error {
		flushed[c.Path] = flushed[c.Path] || c.Op == OpSync
		return make()
	})
	defer restore()
	path := filepath.Join(top, "a", "b", "c")
	for range 2 { // again, it does nothing
		if err := MkdirAll(path); err != nil {
			t.Fatal(err)
		}
	}
	for level := path; level != top; level = filepath.Dir(level) {
		if !flushed[filepath.Dir(level)] {
			t.Errorf("the entry of %s is not flushed", level)
		}
	}
}
