package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/regress/verify"
	"github.com/lossglass/lossglass/simd"
)

type verifyCmd struct {
	tables
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
	lines := s.out
	if c.JSON {
		lines = s.err
	}
	checked, err := verify.Run(ctx, verify.Options{
		Results: c.Results, Data: compute.images, Program: program, Full: c.Full, Workers: compute.workers, Calls: c.Calls,
		Sets: sets, Out: lines, Stderr: s.err,
	})
	var difference *verify.Difference
	if err != nil && !errors.As(err, &difference) {
		return err
	}
	if err := c.print(s.out, checked, difference); err != nil {
		return err
	}
	if difference != nil {
		return exitStatus(failure)
	}
	return nil
}

// print prints the last line of the text, or all of the JSON.
func (c *verifyCmd) print(to io.Writer, checked int, difference *verify.Difference) (err error) {
	switch {
	case c.JSON:
		result := struct {
			Verified   bool    `json:"verified"`
			Checked    int     `json:"checked"` // results that are the committed ones
			Difference *string `json:"difference"`
		}{Verified: difference == nil, Checked: checked}
		if difference != nil {
			result.Difference = &difference.Text
		}
		return jsontable.Write(to, result)
	case difference != nil:
		_, err = fmt.Fprintln(to, "DIFFERENT:", difference.Text)
	default:
		_, err = fmt.Fprintf(to, "VERIFIED: %d results are the committed ones\n", checked)
	}
	return err
}
