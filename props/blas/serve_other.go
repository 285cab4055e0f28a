//go:build static || !(linux && (amd64 || arm64))

package blas

import (
	"errors"
	"io"
)

var errOther = errors.New("libraries can be tested on Linux only, on amd64 and arm64, and not by a static program (build tag static)")

// Serve returns an error: libraries are loaded on Linux, on amd64 and arm64, by a program that is
// linked dynamically, as that needs the system's dynamic linker.
func Serve(path string, kernels []string, in io.Reader, out io.Writer) error {
	return errOther
}

// ServeGo returns an error, as Serve does.
func ServeGo(routines GoRoutines, in io.Reader, out io.Writer) error { return errOther }
