package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/internal/patience"
	"github.com/lossglass/lossglass/props/blas"
)

// writePrograms writes the C program of each counterexample to a directory, builds it and
// runs it, and sets Program and Output. Programs of an earlier report, for laws that hold now, are
// removed.
func (r *Report) writePrograms(ctx context.Context, dir string) error {
	compiler, _ := exec.LookPath("cc")
	build, err := os.MkdirTemp("", "lossglass-blas-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(build)
	for i := range r.Results {
		one := &r.Results[i]
		text := r.cProgram(*one)
		name := one.Law + "-" + one.Routine + ".c"
		if text == "" {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		switch {
		case one.Case == "":
			continue
		case text == "" && r.target.InGo():
			one.Output = "no C program: the library is in Go"
			continue
		case one.tooLong():
			one.Output = "no C program: the operands are large"
			continue
		case text == "":
			one.Output = "no C program: the case needs several callers at once"
			continue
		}
		one.Program = name
		file := filepath.Join(dir, one.Program)
		if err := atomicfile.Write(file, []byte(text)); err != nil {
			return err
		}
		one.Output = "not built: this machine has no C compiler (cc)"
		if compiler != "" {
			one.Output = r.runProgram(ctx, compiler, file, filepath.Join(build, "case"), *one)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// runProgram builds a program and runs it, once for each number of threads, and returns
// what it printed and whether that confirms the result.
func (r *Report) runProgram(ctx context.Context, compiler, file, program string, result Result) string {
	build := exec.CommandContext(ctx, compiler, file, r.File, "-Wl,-rpath,"+filepath.Dir(r.File), "-o", program)
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Sprintf("does not build: %v: %s", err, firstLine(string(out)))
	}
	var printed strings.Builder
	failed := false
	for i, c := range result.confirmed.Calls {
		args := []string{fmt.Sprint(i + 1)}
		if c.Threads == 0 {
			args = nil // all calls in one process
		}
		limited, cancel := context.WithCancel(ctx)
		stop := patience.After(blas.Patience, cancel)
		run := exec.CommandContext(limited, program, args...)
		threads := c.Threads
		if threads == 0 {
			threads = r.Threads
		}
		run.Env = r.target.environment(threads)
		out, err := run.Output()
		stop()
		cancel()
		printed.Write(out)
		var ended *exec.ExitError
		if errors.As(err, &ended) {
			failed = true
			fmt.Fprintf(&printed, "the program ends: %v\n", ended)
		}
		if c.Threads == 0 {
			break
		}
	}
	return strings.TrimSpace(printed.String()) + "\n" + verdictOf(printed.String(), failed, result)
}

// verdictOf says whether what a program printed confirms a result.
func verdictOf(printed string, failed bool, result Result) string {
	e := result.evidence
	ok := failed || strings.Contains(printed, "the call changed") || wrote.MatchString(printed)
	if e.Kind != blas.Failed {
		bits := func(p blas.Point) string { return p.String()[strings.LastIndex(p.String(), "("):] }
		ok = strings.Contains(printed, bits(e.Got)) && strings.Contains(printed, bits(e.Want))
	}
	if ok {
		return confirmed
	}
	return "not confirmed in C: the program printed something else"
}

// wrote matches what a program prints of a write to where a call may not write.
var wrote = regexp.MustCompile(`call \d+ (wrote to byte|changed element) `)

const confirmed = "confirmed in C"

// Confirmed reports whether the C program of a counterexample shows it.
func (r Result) Confirmed() bool { return strings.HasSuffix(r.Output, confirmed) }

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
