// Package atomicfile changes files so that a crash, a power cut or a full disk does no harm. A
// file that [Write] writes holds its old content or its new content afterwards, never a mixture
// and never a part. Every file of results is written by it, except the two logs that grow line by
// line (journal.jsonl and timing.jsonl), see [Log].
//
// All changes that the package makes can be intercepted, so that tests let each of them fail.
package atomicfile

import (
	"cmp"
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
// to rename wins. If Write fails, the file is unchanged, unless only the flush of the directory
// failed: then it has its new content, and a power cut may undo that. No temporary file is left;
// only a process that is killed, or a file system that has become read-only, can leave one, named
// PATH.RANDOM.tmp.
func Write(path string, parts ...[]byte) error { return put(path, parts, true, Rename) }

// Create is [Write] for a path that is not there: if several processes call it, on one machine
// or several, it succeeds for one of them, and is an [fs.ErrExist] for the others. The file
// system must have hard links.
func Create(path string, parts ...[]byte) error { return put(path, parts, true, move) }

// WriteVolatile is [Write] without flushing: after a power cut, the file may have any content.
func WriteVolatile(path string, parts ...[]byte) error { return put(path, parts, false, Rename) }

// CreateVolatile is [Create] without flushing.
func CreateVolatile(path string, parts ...[]byte) error { return put(path, parts, false, move) }

// put writes a file under a temporary name, and gives it its name when it is whole.
func put(path string, parts [][]byte, isDurable bool, name func(temporary, path string) error) error {
	temporary := fmt.Sprintf("%s.%016x%s", path, rand.Uint64(), TemporarySuffix)
	err := writeNew(temporary, parts, isDurable)
	if err == nil {
		err = name(temporary, path)
	}
	if err != nil {
		_ = Remove(temporary)
		return err
	}
	if isDurable {
		return SyncDir(filepath.Dir(path))
	}
	return nil
}

// TemporarySuffix ends the names of temporary files.
const TemporarySuffix = ".tmp"

// writeNew creates a file with the given content.
func writeNew(path string, parts [][]byte, isDurable bool) (err error) {
	var f *os.File
	err = change(OpCreate, path, func() error {
		f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		return err
	})
	if err != nil {
		return err
	}
	for _, part := range parts {
		err = change(OpWrite, path, func() error {
			_, err := f.Write(part)
			return err
		})
		if err != nil {
			break
		}
	}
	if err == nil && isDurable {
		err = Sync(f)
	}
	return cmp.Or(err, f.Close())
}

// move renames a file, unless there is one of the new name.
func move(from, to string) error {
	err := change(OpLink, to, func() error { return os.Link(from, to) })
	if err == nil {
		_ = Remove(from)
	}
	return err
}

// Rename renames a file or directory, as [os.Rename].
func Rename(from, to string) error {
	return change(OpRename, to, func() error { return os.Rename(from, to) })
}

// Remove removes a file or an empty directory, as [os.Remove].
func Remove(path string) error {
	return change(OpRemove, path, func() error { return os.Remove(path) })
}

// Mkdir creates a directory, as [os.Mkdir].
func Mkdir(path string) error {
	return change(OpMkdir, path, func() error { return os.Mkdir(path, 0o755) })
}

// MkdirAll creates a directory with its parents, as [os.MkdirAll], so that they survive a power cut.
func MkdirAll(path string) error {
	missing := missingLevels(path)
	err := change(OpMkdir, path, func() error { return os.MkdirAll(path, 0o755) })
	for _, level := range missing {
		if err == nil {
			err = SyncDir(filepath.Dir(level))
		}
	}
	return err
}

// missingLevels returns those of a directory and its parents that are not there, the deepest first.
func missingLevels(path string) (missing []string) {
	for level := filepath.Clean(path); ; level = filepath.Dir(level) {
		if _, err := os.Stat(level); !errors.Is(err, fs.ErrNotExist) || level == filepath.Dir(level) {
			return missing
		}
		missing = append(missing, level)
	}
}

// Sync flushes a file to disk. It does nothing on file systems that do not support it.
func Sync(f *os.File) error {
	if err := change(OpSync, f.Name(), f.Sync); err != nil && !unsupported(err) {
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
