// Command mutants judges mutants of the assembly, as package mutate defines them, and writes what
// became of them. `make mutants` runs it.
//
//	go run ./props/mutate/mutants -journal DIR                  # all mutants
//	go run ./props/mutate/mutants -journal DIR -share 2/3       # the second of three processes
//	go run ./props/mutate/mutants -journal DIR -only Gemm32     # those of some functions
//	go run ./props/mutate/mutants -journal DIR -native 200      # run so many of them on this CPU, too
//	go run ./props/mutate/mutants -journal DIR -report FILE     # a table of what is judged so far
//
// Results are kept in the journal as they come, so that a run that was interrupted continues. A
// mutant is judged again if its assembly file has changed since, or any Go file of simd or props that
// is no test. The program must be built in the repository, with the commit stamped into it, and run
// there; if there were changes that are not committed, everything is judged again.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"syscall"
	"testing"
)

func main() {
	testing.Init()          // the laws are run as tests
	debug.SetGCPercent(400) // terms are many and small
	var o options
	flag.StringVar(&o.journal, "journal", "", "`directory` of the results")
	flag.StringVar(&o.report, "report", "", "write a table of the results to this `file`, in Markdown, and judge nothing")
	flag.StringVar(&o.only, "only", "", "judge the mutants of the kernels that this `regexp` matches")
	flag.IntVar(&o.native, "native", 0, "run a sample of this `number` of judged mutants of AVX2 on this CPU, and judge nothing")
	flag.IntVar(&o.cases, "cases", 100, "cases of each law")
	flag.StringVar(&o.share, "share", "1/1", "`i/n`: judge share i of n")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: mutants -journal DIR [-only REGEXP] [-share i/n] [-cases N] [-native N | -report FILE]")
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
	native, cases                int
	part, parts                  int // of share
	match                        *regexp.Regexp
}

// check checks the values and reads those that are not text.
func (o *options) check() (err error) {
	switch {
	case flag.NArg() > 0:
		return fmt.Errorf("%q is no option", flag.Arg(0))
	case o.journal == "":
		return fmt.Errorf("-journal names the directory of the results, and is needed")
	case o.cases < 1:
		return fmt.Errorf("-cases is at least 1")
	case o.native < 0:
		return fmt.Errorf("-native is not negative")
	case o.native > 0 && o.report != "":
		return fmt.Errorf("-native and -report exclude each other")
	}
	if n, err := fmt.Sscanf(o.share, "%d/%d", &o.part, &o.parts); n != 2 || err != nil || o.part < 1 || o.part > o.parts {
		return fmt.Errorf("-share %s: i/n with i from 1 to n", o.share)
	}
	if o.match, err = regexp.Compile(o.only); err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	return nil
}
