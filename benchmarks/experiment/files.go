package experiment

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// firstOf returns err if it is not nil, else the error of next.
func firstOf(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// updateFile writes the named file, unless it has this content already. A file with
// anything but the beginning of this content is damaged: it is first renamed, and
// updateFile returns its new name.
func updateFile(dir, name string, content []byte) (damaged string, err error) {
	path := filepath.Join(dir, name)
	there, err := inputfile.Read(path, int64(len(content)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", atomicfile.Write(path, content)
	case err == nil && bytes.Equal(there, content):
		return "", nil
	case err == nil && bytes.HasPrefix(content, there):
		return "", atomicfile.Write(path, content)
	case errors.Is(err, fs.ErrPermission):
		return "", err
	}
	if damaged, err = setAside(dir, name); err != nil {
		return "", err
	}
	return damaged, atomicfile.Write(path, content)
}

// setAside renames a damaged file and returns its new name, which no other file had.
func setAside(dir, name string) (string, error) {
	damaged := name + ".damaged"
	for i := 2; ; i++ {
		isTaken, err := exists(filepath.Join(dir, damaged))
		if err != nil {
			return "", err
		}
		if !isTaken {
			break
		}
		damaged = fmt.Sprintf("%s.damaged.%d", name, i)
	}
	return damaged, atomicfile.Rename(filepath.Join(dir, name), filepath.Join(dir, damaged))
}
