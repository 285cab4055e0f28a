package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lossglass/lossglass/benchmarks/regress"
	"github.com/lossglass/lossglass/benchmarks/regress/selftest"
	"github.com/lossglass/lossglass/benchmarks/regress/stats"
)

type compareCmd struct {
	tables
	Old       string        `arg:"" help:"Revision of the old side; with -selftest, the directory of the campaign."`
	New       string        `arg:"" optional:"" help:"Revision of the new side (default: the working tree)."`
	Pkg       []string      `default:"./..." placeholder:"PATTERN" help:"Packages, as in go test, relative to the current directory."`
	Bench     string        `default:"." placeholder:"PATTERN" help:"Benchmarks, as in go test -bench."`
	Unit      []string      `placeholder:"UNIT" help:"Units to judge, such as sec/op (default: all that have a direction)."`
	Changed   bool          `help:"Measure only packages whose test binaries differ between the sides."`
	Budget    time.Duration `default:"5m" placeholder:"TIME" help:"Time for the measurement, not counting the linking before it."`
	Margin    float64       `default:"0.02" placeholder:"M" help:"Differences up to this share of the old value do not matter."`
	Layouts   int           `placeholder:"K" help:"How many times each side is linked, with the functions in another order each time (default: 16 where four rounds of each fit into the budget, else 8)."`
	Benchtime time.Duration `placeholder:"TIME" help:"Time of each measurement; a process makes up to 16, in turns with the other processes (default: 1 to 10ms on Linux, elsewhere chosen by the budget)."`
	Count     bool          `name:"instructions" help:"Also count the instructions of each benchmark, under valgrind: some seconds for each."`
	Seed      uint64        `default:"1" placeholder:"S" help:"Seed of the random orders."`
	Out       string        `placeholder:"DIR" help:"Directory for the measurements (old.txt, new.txt, null.txt, comparison.json) and the page (report.html)."`
	Selftest  bool          `help:"Compare nothing, but measure how often a comparison is wrong on this machine, in lossglass's own repository, 40 minutes at a time (-piece). The same command continues."`
	Rounds    int           `default:"2000" placeholder:"N" help:"Rounds that the self-test records in all."`
	Piece     time.Duration `default:"40m" placeholder:"TIME" help:"How much of the self-test one command computes; 0: all of it. The table is written after each piece, from all so far."`
}

// Help is printed by lossglass compare --help.
func (compareCmd) Help() string {
	return `Compares the Go benchmarks of two commits of the git repository in the current directory,
whichever module it is: speed by a paired test, exact results by value.

    lossglass compare main                      the working tree against main
    lossglass compare v1.2 v1.3 -bench Gemm -budget 10m
    lossglass compare HEAD~1 -pkg ./internal/codec -changed

Both sides are checked out in temporary git worktrees, linked several times with their
functions in random orders, and measured in alternating rounds. The old side is also
compared with itself; if that finds differences, the result says so. Each benchmark is
worse, better, equivalent (within -margin) or undecided. Of equal benchmarks at most one in
a hundred is called different. benchmarks/regress/README.md explains how.

Exit status: 0 no regression, 1 a regression, a changed exact result or a failure, 2 wrong
usage, 3 undecided, or the old side differs from itself.`
}

func (c *compareCmd) Run(ctx context.Context, s streams) error {
	if c.Selftest {
		return c.selftest(ctx, s)
	}
	result, err := regress.Compare(ctx, c.options(s))
	var usage regress.UsageError
	if errors.As(err, &usage) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	write := result.WriteText
	if c.JSON {
		write = result.WriteJSON
	}
	if err := write(s.out); err != nil {
		return err
	}
	if c.Out != "" {
		if err := result.Write(c.Out); err != nil {
			return err
		}
	}
	if status := result.Status(); status != 0 {
		return exitStatus(status)
	}
	return nil
}

func (c *compareCmd) options(s streams) regress.Options {
	return regress.Options{
		Dir: ".", Old: c.Old, New: c.New, Packages: c.Pkg, Bench: c.Bench, Units: c.Unit, Changed: c.Changed,
		Budget: c.Budget, Margin: c.Margin, Layouts: c.Layouts, Benchtime: c.Benchtime, Seed: c.Seed, Log: s.err,
		Instructions: c.Count,
	}
}

// liveComparisons is how many comparisons of equal code a self-test carries out, beside
// those on its recorded rounds.
const liveComparisons = 5

// liveBench are benchmarks of core/matmul of which enough rounds for a verdict fit into the default budget.
const liveBench = "Gemm/float(32|64)/(64x64x64|128x128x128)/[^g].*/threads=1$"

func (c *compareCmd) selftest(ctx context.Context, s streams) error {
	if c.JSON {
		return usageError{errors.New("-json: the self-test writes its table as text only")}
	}
	if c.Rounds < 1 {
		return usageError{fmt.Errorf("-rounds %d: at least 1 is needed", c.Rounds)}
	}
	if c.Piece < 0 {
		return usageError{fmt.Errorf("-piece %v: a positive time is needed, or 0 for all", c.Piece)}
	}
	text, err := selftest.Run(ctx, selftest.Options{
		Dir: c.Old, Rounds: c.Rounds, Piece: c.Piece, Lives: liveComparisons, Log: s.err,
		Live: func(ctx context.Context) (falseAlarms, series int, err error) {
			o := c.options(s)
			o.Old, o.New = "HEAD", "HEAD"
			o.Packages, o.Bench = []string{"./core/matmul"}, liveBench
			r, err := regress.Compare(ctx, o)
			if err != nil {
				return 0, 0, err
			}
			return r.Count(stats.Worse) + r.Count(stats.Better), len(r.Series), nil
		},
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(s.out, text)
	return err
}

// An exitStatus is the status of a command that has already written its result.
type exitStatus int

func (exitStatus) Error() string { return "" }
