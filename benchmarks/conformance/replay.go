package conformance

import (
	"context"
	"fmt"
	"io"

	"github.com/lossglass/lossglass/props/blas"
)

// Replay makes the calls of a counterexample, as [Result.Case] has it, and writes what
// they do. It reports whether the law is broken again.
func Replay(ctx context.Context, t Target, o Options, text string, w io.Writer) (broken bool, err error) {
	c, err := blas.ParseCase(text)
	if err != nil {
		return false, err
	}
	if t.Kernels, err = c.Kernels(); err != nil {
		return false, err
	}
	s, err := t.Start(ctx, o.Program, o.Threads)
	if err != nil {
		return false, err
	}
	defer s.Close()
	made, e, shown, err := s.Repeat(c)
	if err != nil {
		return false, err
	}
	for i, m := range made {
		fmt.Fprintf(w, "call %d: %s, flags %v, sizes %v, factors %v", i+1, s.Symbol(m.Call.Routine), m.Call.Flags, m.Call.Sizes, m.Call.Factors)
		if m.Call.Threads != 0 {
			fmt.Fprintf(w, ", %d threads", m.Call.Threads)
		}
		fmt.Fprintln(w)
		if m.Failure() != "" {
			fmt.Fprintf(w, "  %s\n", m.Failure())
		}
	}
	if shown > 0 && shown < blas.Tries {
		fmt.Fprintf(w, "%s: a race: shown by %d of %d tries of these calls, as follows\n", c.Law, shown, blas.Tries)
	}
	switch {
	case shown == 0:
		fmt.Fprintf(w, "%s: these calls do not show it broken in %d tries\n", c.Law, blas.Tries)
	case e.Kind == blas.Failed:
		fmt.Fprintf(w, "%s: broken: %s\n", c.Law, e.What)
	default:
		fmt.Fprintf(w, "%s: does not hold:\n  got     %s\n  against %s\n", c.Law, place(e.Got), place(e.Want))
	}
	return shown > 0, nil
}
