// Package crash turns a panic, which is a fault of this program, into an error of one
// line that says where it happened. Go itself would print pages and exit with status 2,
// which the commands use for wrong usage.
package crash

import (
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// An Error is a panic that was recovered.
type Error struct {
	Value any    // of the panic
	Place string // innermost function of this module on the stack, with file and line
}

func (e *Error) Error() string {
	return fmt.Sprintf("internal error at %s: %v. This is a fault of the program: please report it, with the command line and what `lossglass version` prints", e.Place, e.Value)
}

// Catch is deferred: it stores a panic of the function that defers it in *err.
func Catch(err *error) {
	if v := recover(); v != nil {
		*err = &Error{v, place()}
	}
}

const module = "github.com/lossglass/lossglass/"

// place returns the innermost frame of this module below the panic on the stack.
func place() string {
	const deepest = 1 << 10
	callers := make([]uintptr, deepest)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	panicking := false
	for {
		frame, more := frames.Next()
		if panicking && strings.HasPrefix(frame.Function, module) {
			function := strings.TrimPrefix(frame.Function, module)
			return fmt.Sprintf("%s (%s:%d)", function, path.Base(filepath.ToSlash(frame.File)), frame.Line)
		}
		panicking = panicking || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}
