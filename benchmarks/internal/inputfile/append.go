package inputfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Append opens a regular file for reading and appending, and creates it if there is
// nothing of this name. A symbolic link is an error: it would direct the writing to a
// file elsewhere.
func Append(path string) (*os.File, error) {
	const flags = os.O_RDWR | os.O_APPEND
	f, err := os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, 0o644)
	if !errors.Is(err, fs.ErrExist) {
		return f, err
	}
	before, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if err := checkOwn(path, before); err != nil {
		return nil, err
	}
	if f, err = os.OpenFile(path, flags, 0); err != nil {
		return nil, err
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = fmt.Errorf("%s was replaced while it was opened", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// CheckWritable returns an error if the path is anything but a regular file, such as a
// symbolic link. There may be nothing.
func CheckWritable(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return checkOwn(path, info)
}

func checkOwn(path string, info fs.FileInfo) error {
	if info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a symbolic link, which is not followed for writing", path)
	}
	return checkRegular(path, info)
}
