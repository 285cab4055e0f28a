package experiment

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// firstOf returns err if it is not nil, else the error of next.
func firstOf(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// updateFile writes the named file, unless it has this content already. A file with other
// content is damaged: it is first renamed to name.damaged.
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
