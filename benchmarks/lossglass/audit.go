package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/regress/audit"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

type auditCmd struct {
	tables
	Dir     string  `arg:"" help:"Finished directory of lossglass mnist, spinglass, index, landscape or anneal, archived or not."`
	Packs   int     `default:"3" placeholder:"K" help:"Packs of networks, blocks of starts or disorder samples to compute again."`
	Seed    *uint64 `placeholder:"S" help:"Seed of the draw (default: a random one, which is printed)."`
	Workers int     `placeholder:"N" help:"Packs computed concurrently (default: one per CPU)."`
	source
	isa
}

// Help is printed by lossglass audit --help.
func (auditCmd) Help() string {
	return `Draws packs of a finished experiment at random, computes them again with the kernels of this
CPU, and compares every field of their runs with the stored results. A pack takes as long as
in the experiment: minutes for large networks and 200 epochs.

Exit status: 0 all equal, 1 a difference or a failure, 2 wrong usage.`
}

func (c *auditCmd) Run(ctx context.Context, s streams) error {
	if c.Packs < 1 {
		return usageError{fmt.Errorf("-packs %d: at least 1 is needed", c.Packs)}
	}
	compute, err := newComputation(c.Workers, c.isa, c.source, s.err)
	if err != nil {
		return err
	}
	stored, err := audit.Open(ctx, c.Dir, compute.kernels, compute.workers, compute.images, s.err)
	if err != nil {
		return err
	}
	seed := rand.Uint64N(1 << 32)
	override(&seed, c.Seed)
	lines := s.out
	if c.JSON {
		lines = s.err
	}
	fmt.Fprintf(lines, "%s: %s; kernels: %s; -seed %d\n", c.Dir, format.Count(len(stored.Job.Units), stored.Job.Noun), compute.kernels.Name, seed)
	result, err := stored.Audit(ctx, c.Packs, seed, lines)
	if err != nil {
		return err
	}
	if c.JSON {
		err = jsontable.Write(s.out, auditTable{
			Dir: c.Dir, Units: result.Units, Noun: result.Noun, Kernels: compute.kernels.Name, Seed: seed, Checked: result.Checked,
			Equal: result.Wrong() == nil, MissedTenth: result.Missed(0.1), MissedHalf: result.Missed(0.5),
		})
	} else {
		_, err = fmt.Fprintln(s.out, result.Conclusion())
	}
	if err != nil {
		return err
	}
	if result.Wrong() != nil {
		return exitStatus(failure)
	}
	return nil
}

// auditTable is what lossglass audit -json prints.
type auditTable struct {
	Dir         string          `json:"dir"`
	Units       int             `json:"units"` // of the experiment
	Noun        string          `json:"noun"`
	Kernels     string          `json:"kernels"`
	Seed        uint64          `json:"seed"`
	Equal       bool            `json:"equal"`
	Checked     []audit.Checked `json:"checked"`
	MissedTenth float64         `json:"missed_tenth"` // probability that a tenth of wrong units would have been missed
	MissedHalf  float64         `json:"missed_half"`
}
