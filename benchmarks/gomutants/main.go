// Command gomutants measures how strong the tests of the Go code are: it changes one operator
// of a package at a time, as a slip of the hand might, and runs the tests that cover the
// package. A mutant that no test notices shows what the tests do not see. `make gomutants`
// runs it.
//
//	go run ./benchmarks/gomutants -journal DIR                      # every package
//	go run ./benchmarks/gomutants -journal DIR -sample 40           # 40 mutants of each, always the same ones
//	go run ./benchmarks/gomutants -journal DIR -only core/stream    # some packages
//	go run ./benchmarks/gomutants -journal DIR -report FILE         # a table of what is judged so far
//
// The changes are those of gremlins (github.com/go-gremlins/gremlins, v0.6.0), in its words. gremlins itself
// cannot judge them here: it runs either the tests of a mutant's own package, and those of the
// portable kernels are in others, or all tests of the module; and it counts a mutant that does
// not compile as killed.
//
// Run it in the root of the repository, on Linux (prlimit ends mutants that loop for ever).
// Verdicts are kept in the journal as they come, so that a run that was interrupted continues.
// A mutant is judged again if its file has changed since, or a file of the tests, or of a package that they depend on.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
)

// options are the values of the flags.
type options struct {
	journal, report string
	sample          int
	only            *regexp.Regexp
}

func main() {
	o, err := parse()
	if err != nil {
		fmt.Fprintln(os.Stderr, "gomutants:", err)
		os.Exit(2)
	}
	ctx, stop := interrupt.Context(context.Background())
	defer stop()
	err = run(ctx, o)
	if status, ok := interrupt.Status(ctx, err); ok {
		fmt.Fprintln(os.Stderr, "gomutants: interrupted; the same command continues")
		os.Exit(status)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gomutants:", err)
		os.Exit(1)
	}
}

// parse reads the command line.
func parse() (options, error) {
	var o options
	flag.StringVar(&o.journal, "journal", "", "`directory` of the verdicts")
	flag.StringVar(&o.report, "report", "", "write a table of the verdicts to this `file`, in Markdown, and judge nothing")
	flag.IntVar(&o.sample, "sample", 0, "judge a sample of this `number` of mutants of each package; 0 for all")
	only := flag.String("only", "", "judge the packages that this `regexp` matches")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: gomutants -journal DIR [-sample N] [-only REGEXP] [-report FILE]")
	}
	flag.Parse()
	switch {
	case flag.NArg() > 0:
		return o, fmt.Errorf("%q is no option", flag.Arg(0))
	case o.journal == "":
		return o, fmt.Errorf("-journal names the directory of the verdicts, and is needed")
	case o.sample < 0:
		return o, fmt.Errorf("-sample is not negative")
	}
	var err error
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	return o, nil
}

// run judges the mutants that the options choose, or writes the table.
func run(ctx context.Context, o options) error {
	j, err := openJournal(o.journal)
	if err != nil {
		return err
	}
	defer j.file.Close()
	var rows []row
	for _, t := range targets {
		if !o.only.MatchString(t.folder) {
			continue
		}
		mutants, err := list(t.folder)
		if err != nil {
			return err
		}
		chosen := choose(mutants, o.sample)
		if o.report == "" {
			err = j.judgeAll(ctx, t, chosen)
		} else {
			var r row
			r, err = summary(t, len(mutants), chosen, j)
			rows = append(rows, r)
		}
		if err != nil {
			return err
		}
	}
	if o.report == "" {
		return j.file.Close()
	}
	return atomicfile.Write(o.report, []byte(table(rows)))
}
