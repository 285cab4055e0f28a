package atomicfile

import (
	"os"

	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// A Log is an open file that grows line by line.
type Log struct{ *os.File }

// OpenLog opens a log for reading and appending, and creates it if it is not there. A symbolic
// link is an error.
func OpenLog(path string) (l Log, err error) {
	err = change(OpCreate, path, func() error {
		l.File, err = inputfile.Append(path)
		return err
	})
	return l, err
}

// Write appends to the log. After an error a part may have been written.
func (l Log) Write(text []byte) (n int, err error) {
	err = change(OpWrite, l.Name(), func() error {
		n, err = l.File.Write(text)
		return err
	})
	return n, err
}

// Truncate cuts the log to a number of bytes.
func (l Log) Truncate(size int64) error {
	return change(OpTruncate, l.Name(), func() error { return l.File.Truncate(size) })
}

// Sync flushes the log to disk, as far as the file system supports it.
func (l Log) Sync() error { return Sync(l.File) }
