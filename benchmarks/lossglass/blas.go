package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lossglass/lossglass/benchmarks/conformance"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/props/blas"
	"github.com/lossglass/lossglass/simd"
)

type blasCmd struct {
	Libraries []string      `arg:"" optional:"" name:"library" help:"Shared library, as a path or a name that the dynamic linker finds; or gonum or lossglass, which are part of this program. Variables may come before it: 'OPENBLAS_CORETYPE=Haswell libopenblas.so.0'."`
	Kernel    []string      `sep:"none" placeholder:"DECLARATION" help:"Examine this function of the library instead of BLAS's, as 'exp: void my_exp(int n, const float *x, float *y)'. May be given several times."`
	List      bool          `help:"List the libraries of this machine."`
	Only      string        `placeholder:"LAW" help:"Try this law only."`
	Replay    string        `placeholder:"CASE" help:"Make the calls of a counterexample again, byte for byte: CASE is what its replay line has."`
	Out       string        `placeholder:"DIR" help:"Write report.md, report.html, results.jsonl and a C program for each counterexample to DIR; for several libraries to a directory in DIR each, and a table of all to README.md."`
	Threads   int           `default:"1" placeholder:"N" help:"Threads of the library, in all laws but thread-count."`
	Seed      uint64        `default:"1" placeholder:"S" help:"Seed of the cases, not 0."`
	Cases     int           `default:"200" placeholder:"N" help:"Cases of each law and routine."`
	Budget    time.Duration `default:"2m" placeholder:"TIME" help:"Time for each library, after which no further cases are tried."`
	ExitZero  bool          `help:"Exit with status 0 also if a promised law is broken, for a report that is to be read by people."`
	Serve     bool          `hidden:"" help:"Serve the library to another process of this program."`
	tables
}

// Help is printed by lossglass blas --help.
func (blasCmd) Help() string {
	return `Loads a BLAS from a shared library and tests it against laws, by many drawn calls:

    lossglass blas /usr/lib/x86_64-linux-gnu/libopenblas.so.0

The library runs in a process of its own, so that a crash or an endless loop is a result. Found
are CBLAS, Fortran's interface, and the products of libxsmm and oneDNN. The laws:

` + lawList(blas.Laws) + `
A law that does not hold is shown with the smallest counterexample found, after its calls alone
have shown it again. Laws that nobody promises are properties of a library, not faults.

Each case draws by which interface its calls are made: CBLAS with rows, CBLAS with columns, or
Fortran's, as far as the library has them.

With -kernel, other functions of a library are examined instead:

    lossglass blas ./libmine.so -kernel 'exp: void my_exp(int n, const float *x, float *y)'
    lossglass blas ./libmine.so -kernel 'softmax: void s(int rows, int cols, double *x)'
    lossglass blas libm.so.6 -kernel 'exp: float expf(float x)' -kernel 'log: double log(double x)'

What it computes is relu, exp, log, softmax (of each row), or elementwise: any function of one
element, which has only those laws for which it need not be known. The declaration is C's, with
its parameters in any order: the number of elements, an integer type; the arguments, const; the
results. A pointer that is not const alone stands for arguments and results. Rows have no gaps.
Results are written over their arguments, too, unless a pointer is restrict. The laws:

` + lawList(blas.KernelLaws) + `
Exit status: 0 the promised laws of all libraries hold (or -replay: the law holds now), 1 one is
broken or a failure, 2 wrong usage. With -exit-zero, a broken law is no failure.`
}

// lawList returns laws as lines of a help text.
func lawList(laws []blas.Law) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range laws {
		fmt.Fprintf(w, "    %s\t%s\n", l.Name, l.Meaning)
	}
	_ = w.Flush()
	return b.String()
}

func (c *blasCmd) Run(ctx context.Context, s streams) error {
	if c.Serve {
		if len(c.Libraries) == 0 {
			return usageError{errors.New("-serve needs a library")}
		}
		return conformance.Serve(c.Libraries[0], c.Libraries[1:], os.Stdin, s.out)
	}
	if c.List {
		return c.list(ctx, s)
	}
	targets, err := c.targets()
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	o := conformance.Options{Program: []string{program, "blas", "-serve"}, Only: c.Only, Threads: c.Threads, Seed: c.Seed, Cases: c.Cases, Budget: c.Budget, Log: s.err}
	if c.Replay != "" {
		broken, err := conformance.Replay(ctx, targets[0], o, c.Replay, s.out)
		if err == nil && broken {
			err = exitStatus(failure)
		}
		return err
	}
	return c.examine(ctx, s, targets, o)
}

// targets returns the libraries of the command line, and looks at the other flags.
func (c *blasCmd) targets() ([]conformance.Target, error) {
	kernels, err := c.kernels()
	if err != nil {
		return nil, usageError{err}
	}
	var targets []conformance.Target
	for _, text := range c.Libraries {
		t, err := conformance.ParseTarget(text)
		if err != nil {
			return nil, usageError{err}
		}
		t.Kernels = kernels
		targets = append(targets, t)
	}
	switch {
	case len(targets) == 0:
		err = errors.New("a library is needed; lossglass blas -list lists those of this machine")
	case c.Threads < 1:
		err = fmt.Errorf("-threads %d: at least 1 is needed", c.Threads)
	case c.Cases < 1:
		err = fmt.Errorf("-cases %d: at least 1 is needed", c.Cases)
	case c.Seed == 0:
		err = errors.New("-seed 0: a seed is at least 1")
	case c.Budget <= 0:
		err = fmt.Errorf("-budget %v: it must be positive", c.Budget)
	case c.Replay != "" && len(targets) > 1:
		err = errors.New("-replay needs one library")
	case len(kernels) > 0 && slices.ContainsFunc(targets, conformance.Target.InGo):
		err = errors.New("-kernel needs a shared library")
	case len(kernels) > 0 && c.Replay != "":
		err = errors.New("-replay takes no -kernel: the case has the declaration")
	case c.Only != "" && !blas.HasLaw(c.Only):
		err = fmt.Errorf("-only: no law %q; lossglass help blas lists them", c.Only)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return targets, nil
}

// kernels returns the kernels of the command line.
func (c *blasCmd) kernels() ([]blas.Kernel, error) {
	var kernels []blas.Kernel
	for _, text := range c.Kernel {
		k, err := blas.ParseKernel(text)
		if err != nil {
			return nil, fmt.Errorf("-kernel: %w", err)
		}
		if slices.ContainsFunc(kernels, func(other blas.Kernel) bool { return other.Symbol == k.Symbol }) {
			return nil, fmt.Errorf("-kernel: %s is named twice", k.Symbol)
		}
		kernels = append(kernels, k)
	}
	return kernels, nil
}

func (c *blasCmd) examine(ctx context.Context, s streams, targets []conformance.Target, o conformance.Options) error {
	facts := environment.Facts(environment.Command(), environment.Here(simd.Detect().Name, 0))
	var reports []*conformance.Report
	broken := false
	for _, t := range targets {
		r, err := conformance.Examine(ctx, t, o)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		if c.Out != "" {
			dir := c.Out
			if len(targets) > 1 {
				dir = filepath.Join(dir, r.Slug())
			}
			if err := r.Write(ctx, dir, facts); err != nil {
				return err
			}
		}
		if !c.JSON {
			if err := r.WriteText(s.out); err != nil {
				return err
			}
		}
		reports = append(reports, r)
		broken = broken || r.Broken()
	}
	if c.JSON {
		if err := jsontable.Write(s.out, reports); err != nil {
			return err
		}
	}
	if c.Out != "" && len(targets) > 1 {
		if err := conformance.WriteStudy(c.Out, reports, facts); err != nil {
			return err
		}
	}
	if broken && !c.ExitZero {
		return exitStatus(failure)
	}
	return nil
}

func (c *blasCmd) list(ctx context.Context, s streams) error {
	found := conformance.Find(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.JSON {
		return jsontable.Write(s.out, found)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, l := range found {
		fmt.Fprintf(w, "%s\t%s\t%s\n", l.Path, l.File, l.Package)
	}
	return w.Flush()
}
