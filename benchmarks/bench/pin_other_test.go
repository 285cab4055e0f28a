//go:build !linux

package bench

import "errors"

// pin keeps the calling goroutine on one core until undo is called.
func pin(int) (undo func(), err error) {
	return nil, errors.New("-pin works on Linux only")
}
