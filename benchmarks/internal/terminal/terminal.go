// Package terminal tells where progress may be shown in place. It does not draw.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Of returns the terminal that w writes to, or nil: where w is a file or a pipe, and on a
// terminal that cannot go back to the start of a line, as TERM=dumb says (a shell in Emacs,
// the log of a build server). Progress is then shown in lines of their own.
func Of(w io.Writer) *os.File {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	if kind := os.Getenv("TERM"); kind == "" || kind == "dumb" {
		return nil
	}
	return f
}
