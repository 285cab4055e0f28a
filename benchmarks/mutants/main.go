// Command mutants judges mutants of the assembly, as package mutate defines them, and reports what
// became of them. `make mutants` runs it on all of them.
//
//	go run ./benchmarks/mutants -only ReLU           # those of one kernel; prints the score and what survives
//	go run ./benchmarks/mutants -only avx2/Gemm      # kernels are named ISA/KERNEL
//	go run ./benchmarks/mutants -only '/Step$' -keep # after a test was added: only what survived before
//
// And in parts, as the Makefile does:
//
//	bin/mutants -share 1/2                # the first of two processes
//	bin/mutants -native 200               # assemble a sample, and run the tests on it on this CPU
//	bin/mutants -report FILE              # a table, when all are judged
//
// Results are kept in the journal as they come, so that a run that was interrupted continues. A
// mutant is judged again if its assembly file has changed since, or a Go file that judges. Those are
// the files of the commit that the program was built from; of a program with changes that are not
// committed, or built without its commit, only itself is known, and each build judges everything.
// Run it in the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
)

func main() {
	testing.Init() // the laws are run as tests
	flag.CommandLine.Parse(nil)
	debug.SetGCPercent(400) // terms are many and small
	o, err := parseOptions(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}
	ctx, stop := interrupt.Context(context.Background())
	defer stop()
	err = nil
	if o.report != "" {
		err = builtFromHead(ctx)
	}
	if err == nil {
		err = run(ctx, o)
	}
	if err != nil {
		status, interrupted := interrupt.Status(ctx, err)
		if !interrupted {
			fmt.Fprintln(os.Stderr, "mutants:", err)
			os.Exit(1)
		}
		fmt.Fprintln(os.Stderr, "mutants: interrupted; the same command continues")
		os.Exit(status)
	}
}

// options are the values of the flags.
type options struct {
	journal, report, only, share string
	keep                         bool
	native                       int
	part, parts                  int // of share
	match                        *regexp.Regexp
}

// parseOptions reads and checks the arguments. After -h it has printed the help and returns
// flag.ErrHelp.
func parseOptions(arguments []string) (o options, err error) {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError) // without those of package testing
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.journal, "journal", "results/local/mutants", "`directory` of the results")
	flags.StringVar(&o.report, "report", "", "write a table of the results to this `file`, in Markdown, and judge nothing")
	flags.StringVar(&o.only, "only", "", "only the mutants of the kernels, named ISA/KERNEL, that this `regexp` matches")
	flags.BoolVar(&o.keep, "keep", false, "keep what earlier tests killed and earlier proofs proved, and judge the rest: after a change that only adds tests")
	flags.IntVar(&o.native, "native", 0, "run a sample of this `number` of judged mutants of AVX2 on this CPU, and judge nothing")
	flags.StringVar(&o.share, "share", "1/1", "judge share `i/n`, for several processes")
	if err = flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		fmt.Println("usage: mutants [-journal DIR] [-only REGEXP] [-keep] [-share i/n] [-native N | -report FILE]")
		flags.SetOutput(os.Stdout)
		flags.PrintDefaults()
	}
	if err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.journal == "":
		return o, fmt.Errorf("-journal names no directory")
	case o.native < 0:
		return o, fmt.Errorf("-native %d: it is at least 0", o.native)
	case o.native > 0 && o.report != "":
		return o, fmt.Errorf("-native and -report exclude each other")
	}
	if n, err := fmt.Sscanf(o.share, "%d/%d", &o.part, &o.parts); n != 2 || err != nil || o.part < 1 || o.part > o.parts || o.share != fmt.Sprintf("%d/%d", o.part, o.parts) {
		return o, fmt.Errorf("-share %s: it is i/n with i from 1 to n", o.share)
	}
	if o.match, err = regexp.Compile(o.only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	return o, nil
}
