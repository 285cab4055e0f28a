//go:build !(linux && (amd64 || arm64))

package blas

import (
	"errors"
	"io"
)

// Serve returns an error: libraries are loaded on Linux, on amd64 and arm64.
func Serve(path string, in io.Reader, out io.Writer) error {
	return errors.New("shared libraries can be tested on Linux only, on amd64 and arm64")
}
