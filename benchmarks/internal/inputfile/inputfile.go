// Package inputfile reads files that somebody else may have written. A directory of
// results can come from a stranger: instead of a file of results there may be a
// device or a pipe, or far larger than any result. Reading it must neither hang nor
// take more memory than a file of results needs. The package knows no format.
package inputfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"syscall"
)

// Open opens a regular file, or a symbolic link to one, for reading. Anything else is
// an error: a pipe would wait for its other end, a device may have no end.
func Open(path string) (*os.File, error) {
	// Asked before opening as well, since opening a device can have effects.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := checkRegular(path, info); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = checkRegular(path, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func checkRegular(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	kind := "a special file"
	switch mode := info.Mode(); {
	case mode.IsDir():
		kind = "a directory"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a pipe"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	}
	return fmt.Errorf("%s is %s, not a file", path, kind)
}

// Read returns the content of a regular file of at most limit bytes.
func Read(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > limit {
		return nil, fmt.Errorf("%s is longer than %d bytes, the most that this file can need", path, limit)
	}
	return content, nil
}

// ErrLongLine says that a line is longer than any that can be there.
var ErrLongLine = errors.New("the line is too long")

// Lines iterates over the lines of r without their newlines; the last one may lack its
// own. A line is valid until the next. After an error, which is ErrLongLine for a line
// of more than longest bytes, there is no further line.
func Lines(r io.Reader, longest int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		buffered := bufio.NewReaderSize(r, 64<<10)
		var line []byte
		for {
			piece, err := buffered.ReadSlice('\n')
			line = append(line, piece...)
			switch {
			case len(line) > longest+1:
				yield(nil, ErrLongLine)
				return
			case errors.Is(err, bufio.ErrBufferFull):
				continue
			case err != nil && err != io.EOF:
				yield(nil, err)
				return
			}
			if err == io.EOF && len(line) == 0 || !yield(bytes.TrimSuffix(line, []byte{'\n'}), nil) || err == io.EOF {
				return
			}
			line = line[:0]
		}
	}
}
