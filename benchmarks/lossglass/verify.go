package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/regress/verify"
	"github.com/lossglass/lossglass/simd"
)

type verifyCmd struct {
	Full    bool   `help:"Compute all of results/quick with every instruction set, also with the portable kernels, which takes an hour."`
	Results string `default:"results" placeholder:"DIR" help:"Directory of the committed results."`
	Calls   string `default:"results/local/calls" placeholder:"DIR" help:"Where the operands of a wrong kernel call are written."`
	Workers int    `placeholder:"N" help:"Packs computed concurrently (default: one per CPU)."`
	source
	isa
}

// Help is printed by lossglass verify --help.
func (verifyCmd) Help() string {
	return `Computes the committed results again with every instruction set of this CPU: digests of what
the kernels compute, a small experiment of each kind with one and two workers, killed and
resumed, and those packs of results/quick that cost a third of the whole (a tenth with the
slower instruction sets, none with the portable kernels). -full computes all packs with all.
Each line says what was computed and what was left out. The last line is VERIFIED, or DIFFERENT
and the first thing that differs.

If a result differs, every kernel call that leads to it is compared with its specification.
The operands of the first one that differs are written to a file, which a Go test can load
(package benchmarks/regress/kernelcall). With -isa, only that instruction set and the
portable kernels are verified.

Exit status: 0 verified, 1 a difference or a failure, 2 wrong usage.`
}

func (c *verifyCmd) Run(ctx context.Context, s streams) error {
	compute, err := newComputation(c.Workers, c.isa, c.source, s.err)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	sets := simd.Available()
	if c.ISA != "" {
		sets = slices.DeleteFunc(sets, func(set *simd.Set) bool { return set.Name != compute.kernels.Name && set.Name != simd.Generic().Name })
	}
	checked, err := verify.Run(ctx, verify.Options{
		Results: c.Results, Data: compute.images, Program: program, Full: c.Full, Workers: compute.workers, Calls: c.Calls,
		Sets: sets, Out: s.out, Stderr: s.err,
	})
	var difference *verify.Difference
	if errors.As(err, &difference) {
		fmt.Fprintln(s.out, "DIFFERENT:", difference.Text)
		return exitStatus(failure)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "VERIFIED: %d results are the committed ones\n", checked)
	return nil
}
