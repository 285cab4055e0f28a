// Package atomicfile writes whole files atomically. After a crash, a power cut or
// a full disk, a file holds its old content or its new content, never a mixture
// and never a part. Every file of results is written by [Write], except the two
// logs that grow line by line (journal.jsonl and timing.jsonl).
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Write replaces the content of the file at path, which is created if it does not
// exist; its directory must exist. The parts of the content are written to a temporary file in
// the same directory, flushed to disk and renamed, and then the directory is
// flushed. Concurrent writers of one path do not disturb each other: the last one
// to rename wins. If Write fails, the file is unchanged and no temporary file is
// left; only a process that is killed can leave one, named PATH.RANDOM.tmp.
func Write(path string, parts ...[]byte) (err error) {
	temporary := fmt.Sprintf("%s.%016x.tmp", path, rand.Uint64())
	defer func() {
		if err != nil {
			os.Remove(temporary)
		}
	}()
	if err := writeNew(temporary, parts); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// Create is [Write] for a path that is not there: if several processes call it, on one machine
// or several, it succeeds for one of them, and is an [fs.ErrExist] for the others. The file
// system must have hard links.
func Create(path string, parts ...[]byte) error {
	temporary := fmt.Sprintf("%s.%016x.tmp", path, rand.Uint64())
	defer os.Remove(temporary)
	if err := writeNew(temporary, parts); err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// writeNew creates a file with the given content and flushes it to disk.
func writeNew(path string, parts [][]byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if _, err = f.Write(part); err != nil {
			break
		}
	}
	if err == nil {
		err = Sync(f)
	}
	return errors.Join(err, f.Close())
}

// fsync is replaced in tests.
var fsync = (*os.File).Sync

// Sync flushes a file to disk. It does nothing on file systems that do not support it.
func Sync(f *os.File) error {
	if err := fsync(f); err != nil && !unsupported(err) {
		return err
	}
	return nil
}

// SyncDir flushes the entries of a directory to disk, so that files created or
// renamed in it survive a power cut. It does nothing on Windows, which has no such
// call, on file systems that do not support it, and for a directory that may be
// written and not read, which cannot be opened for it.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer d.Close()
	return Sync(d)
}

// unsupported reports whether an error of fsync means that the file system cannot
// flush this file or directory: EINVAL, ENOSYS or ENOTSUP, by POSIX and in practice.
func unsupported(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}
