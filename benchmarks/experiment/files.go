package experiment

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

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
		return false, atomicfile.Write(path, content)
	case err != nil:
		return false, err
	case bytes.Equal(there, content):
		return false, nil
	}
	if err := os.Rename(path, path+".damaged"); err != nil {
		return false, err
	}
	return true, atomicfile.Write(path, content)
}
