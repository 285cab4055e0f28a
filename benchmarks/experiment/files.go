package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const lockName = "lock"

// openDir creates the directory if need be and locks it for this process. The
// function returned unlocks it.
func openDir(dir string) (unlock func(), err error) {
	created := false
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		created = true
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("output directory: %w", err)
	}
	if created {
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return nil, err
		}
	}
	unlock, err = lock(filepath.Join(dir, lockName))
	if errors.Is(err, errLocked) {
		return nil, fmt.Errorf("%s is in use by %s; wait for it or choose another directory", dir, lockHolder(dir))
	}
	if err != nil {
		return nil, fmt.Errorf("output directory: %w", err)
	}
	return unlock, nil
}

// errLocked is what lock returns when another process holds the lock.
var errLocked = errors.New("locked")

func lockHolder(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, lockName))
	pid := strings.TrimSpace(string(raw))
	if err != nil || pid == "" {
		return "another process"
	}
	return "process " + pid
}

// writeHolder puts this process's id into the lock file.
func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	return err
}

// ReplaceFile gives the named file its content in one step: after a crash it
// holds the old content or the new, on disk, never a part.
func ReplaceFile(path string, content []byte) error {
	temporary := path + ".tmp"
	if err := writeSynced(temporary, content); err != nil {
		os.Remove(temporary)
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		os.Remove(temporary)
		return err
	}
	return syncDir(filepath.Dir(path))
}

func writeSynced(path string, content []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(firstOf(err, f.Sync), f.Close())
}

// firstOf returns err, or the error of next when there is none yet.
func firstOf(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// updateFile replaces the named file unless it has this content already. A
// file of other content is first moved to name.damaged.
func updateFile(dir, name string, content []byte) (damaged bool, err error) {
	path := filepath.Join(dir, name)
	there, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, ReplaceFile(filepath.Join(dir, name), content)
	case err != nil:
		return false, err
	case bytes.Equal(there, content):
		return false, nil
	}
	if err := os.Rename(path, path+".damaged"); err != nil {
		return false, err
	}
	return true, ReplaceFile(filepath.Join(dir, name), content)
}

// syncDir makes the directory's entries durable. Windows has no such call and
// does not need it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
