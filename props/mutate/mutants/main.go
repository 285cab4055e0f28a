// Command mutants judges mutants of the assembly, as package mutate defines them, and writes what
// became of them. `make mutants` runs it.
//
//	go run ./props/mutate/mutants -journal DIR                  # a sample of every family of kernels
//	go run ./props/mutate/mutants -journal DIR -share 2/3       # the second of three processes
//	go run ./props/mutate/mutants -journal DIR -only Gemm32     # all mutants of some functions
//	go run ./props/mutate/mutants -journal DIR -report FILE     # a table of what is judged so far
//
// Results are kept in the journal as they come, so that a run that was interrupted continues.
// Results of another commit, or of sources with changes, are judged again.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"testing"
)

func main() {
	testing.Init() // the laws are run as tests
	var o options
	flag.StringVar(&o.journal, "journal", "", "`directory` of the results")
	flag.StringVar(&o.report, "report", "", "write a table of the results to this `file`, in Markdown, and judge nothing")
	flag.StringVar(&o.only, "only", "", "judge all mutants of the kernels that this `regexp` matches, not a sample")
	flag.IntVar(&o.sample, "sample", 2000, "mutants of each family of kernels and each instruction set")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the sample")
	flag.IntVar(&o.cases, "cases", 100, "cases of each law")
	flag.StringVar(&o.share, "share", "1/1", "`i/n`: judge share i of n")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: mutants -journal DIR [-report FILE] [-only REGEXP] [-sample N] [-seed S] [-cases N] [-share i/n]")
	}
	flag.Parse()
	if err := o.check(); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends at once
	err := run(ctx, o)
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "mutants: interrupted; the same command continues")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// options are the values of the flags.
type options struct {
	journal, report, only, share string
	sample, cases                int
	seed                         uint64
	part, parts                  int // of share
	match                        *regexp.Regexp
}

// check checks the values and reads those that are not text.
func (o *options) check() (err error) {
	if o.journal == "" {
		return fmt.Errorf("-journal names the directory of the results, and is needed")
	}
	if o.sample < 1 || o.cases < 1 {
		return fmt.Errorf("-sample and -cases are at least 1")
	}
	if n, err := fmt.Sscanf(o.share, "%d/%d", &o.part, &o.parts); n != 2 || err != nil || o.part < 1 || o.part > o.parts {
		return fmt.Errorf("-share %s: i/n with i from 1 to n", o.share)
	}
	if o.match, err = regexp.Compile(o.only); err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	return nil
}
