package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	core "github.com/lossglass/lossglass/core/spinglass"
)

type landscapeCmd struct {
	Preset     string   `default:"quick" placeholder:"smoke|quick|full" help:"Settings of the flags that are not given: smoke (seconds), quick (2 to 6 spins, 100 disorder samples of each, under a minute) or full (2 to 8 spins, 500 disorder samples of each, some ten minutes) (default: quick)."`
	P          int      `default:"3" placeholder:"P" help:"Spins in an interaction, 2 or 3 (default: 3)."`
	Sizes      []int    `placeholder:"N" help:"Numbers of spins, Lambda: from 2 to 10."`
	Disorders  []int    `placeholder:"D" help:"Disorder samples (draws of the couplings) of each size: one number, or one for each size."`
	Starts     *int     `placeholder:"N" help:"Starts of Newton's method of each disorder sample, at least."`
	Patience   *int     `placeholder:"K" help:"Newton's method is started again until there were K times as many starts as had found the last critical point."`
	MostStarts *int     `placeholder:"N" help:"Starts of Newton's method of each disorder sample, at most."`
	Descents   *int     `placeholder:"N" help:"Random starts of gradient descent of each disorder sample, which measure the basins of its minima."`
	Rate       *float64 `placeholder:"R" help:"Length of a step of a descent, as a multiple of the gradient."`
	Tol        *float64 `placeholder:"G" help:"Gradient norm / sqrt(Lambda) at which a descent has converged."`
	MaxSteps   *int     `placeholder:"N" help:"Largest number of steps of a descent."`
	Couplings  *string  `placeholder:"gauss|sign|uniform" help:"Distribution of the couplings, with mean 0 and variance 1."`
	Seed       *uint64  `placeholder:"S" help:"Seed of all random numbers."`
	place
	Workers int `placeholder:"N" help:"Disorder samples computed concurrently (default: one per CPU). The results do not depend on it."`
	tables
	isa
}

// Help is printed by lossglass landscape --help.
func (landscapeCmd) Help() string {
	return `Finds all critical points of small spherical p-spin glasses, by Newton's method from many
starts, and prints their mean numbers by index beside the exact means of theory. Two identities
that all points of a disorder sample together satisfy, and the share of points that only one
start found, tell whether any are missing. Gradient descents from random starts measure the
basin of each minimum: how much descent favours low minima.

An interrupted run keeps the disorder samples that are finished. The same command continues it
and ends with the same bytes. -shard and -join work as for the other experiments. The directory
then has plan.json, runs.jsonl (one line per disorder sample), journal.jsonl, timing.jsonl (where
and how fast), SHA256SUMS, report.html, report.md with figures/, and landscape.csv.`
}

func (c *landscapeCmd) Run(ctx context.Context, s streams) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	x, err := newExecution(c.place, c.Workers, c.isa, s.err)
	if err != nil {
		return err
	}
	e, err := landscape.New(plan, x.kernels)
	if err != nil {
		return err
	}
	if x.workers, err = memory.Workers(x.workers, e.Bytes, s.err); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%s; kernels: %s; %s\n", format.Count(plan.Runs(), "disorder sample"), x.kernels.Name, strings.Join(plan.Flags(), " "))
	dir, reports, err := x.compute(ctx, "landscape-"+c.Preset, e.Job(environment.Here(x.kernels.Name, x.workers)))
	if !reports {
		return err
	}
	return writeReport(ctx, dir, []string{dir}, report.Additions{}, c.tables, s)
}

// plan returns the preset, changed by the given flags.
func (c *landscapeCmd) plan() (landscape.Plan, error) {
	p, err := landscape.Preset(c.Preset, c.P, c.Sizes)
	if err != nil {
		return p, usageError{err}
	}
	if err := setDisorders(p.Sizes, c.Sizes, c.Disorders); err != nil {
		return p, err
	}
	override(&p.Starts, c.Starts)
	override(&p.Patience, c.Patience)
	override(&p.MostStarts, c.MostStarts)
	override(&p.Descents, c.Descents)
	override(&p.Rate, c.Rate)
	override(&p.Tolerance, c.Tol)
	override(&p.MaxSteps, c.MaxSteps)
	override(&p.Seed, c.Seed)
	if c.Couplings != nil {
		p.Couplings = core.CouplingDistribution(*c.Couplings)
	}
	return p, nil
}
