package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/simd"
)

type indexCmd struct {
	Dir      string `arg:"" optional:"" name:"dir" help:"Finished directory that lossglass mnist wrote: its networks are trained again, and the digests of their weights compared with those there. Without it, -preset gives the settings."`
	Preset   string `default:"quick" placeholder:"smoke|quick|paper|paper-matched" help:"How the networks are trained: as by lossglass mnist, but quick trains 8 networks of 10 hidden units as paper-matched does, and smoke 4 of 2 units; the others 1000 networks of 10, 25, 50 and 100 units (default: quick)."`
	Sizes    []int  `short:"n" placeholder:"N" help:"Numbers of hidden units."`
	Runs     *int   `placeholder:"N" help:"Number of networks of each size, from run 0 on."`
	Continue int    `placeholder:"N" help:"Also continue each training, in float64 on all training images, until the norm of a generalised gradient is below 1e-6, but with N Hessians at most, and count the eigenvalues there, too (default: 0, none)."`
	Spectra  bool   `help:"Also record the spectral density of the Hessian for the first network of every pack of sixteen, in spectra.jsonl. The results do not depend on it."`
	Workers  int    `placeholder:"N" help:"CPUs that compute: packs of sixteen networks concurrently, or a pack with several threads (default: all). The results do not depend on it."`
	place
	tables
	source
	isa
}

// Help is printed by lossglass index --help.
func (indexCmd) Help() string {
	return `Trains networks 100-n-10 and computes, for each, the gradient and the whole Hessian of the
mean loss over all training images in float64 where the training ends. It counts the
eigenvalues below -0.001 (the index of the paper's Fig. 5), -0.0001, -0.000001 and 0 by the
inertia of factorisations with a bound on their error; eigenvalues that the bound does not decide are
counted as ambiguous. It also records the extreme eigenvalues, the gradient norm, and the
rows of the Hessian that are zero because a pixel or a unit is never active.

With -continue, each training continues from there in float64, with the gradient and the Hessian of all training
images, by Newton's method. The loss of a ReLU network has kinks, and its minima can be in them; there no
gradient vanishes, but one of the generalised gradients does. So the ReLUs are rounded, less and less
from 0.03 to 1e-9. The line of a network then
also says where and why that ended, the norms of both, and the index there, once of
the Hessian and once without the directions across kinks.

A Hessian takes 8 (111 n + 10)^2 bytes for each worker: 10 MB for 10 units, 1 GB for 100.

An interrupted run keeps the packs of sixteen networks that are finished and, of the others,
a checkpoint. The same command continues it and ends with the same bytes. -shard
and -join work as for the other experiments. The directory then has plan.json,
runs.jsonl (one line per network), journal.jsonl, timing.jsonl, SHA256SUMS, report.html,
report.md with figures/, index.csv and, with -spectra, spectra.jsonl.`
}

func (c *indexCmd) Run(ctx context.Context, k *kong.Context, s streams) error {
	x, err := newExecution(c.place, c.Workers, c.isa, s.err)
	if err != nil {
		return err
	}
	e, err := c.experiment(ctx, k, x.kernels, s)
	if err != nil {
		return err
	}
	plan := e.Plan()
	cpus := x.workers
	with := func(workers int) *index.Experiment { return e.WithThreads(min(cpus, runtime.GOMAXPROCS(0)) / workers) }
	bytes := func(workers int) float64 { return with(workers).Bytes(workers) }
	if x.workers, err = memory.Workers(min(cpus, len(plan.Packs())), bytes, s.err); err != nil {
		return err
	}
	e = with(x.workers)
	if c.Spectra {
		e = e.WithSpectra()
	}
	fmt.Fprintf(s.err, "data: %s; kernels: %s; %s\n", plan.Data, x.kernels.Name, strings.Join(plan.Flags(), " "))
	dir, reports, err := x.compute(ctx, "index-"+c.Preset, e.Job(environment.Here(x.kernels.Name, x.workers)))
	if !reports {
		return err
	}
	return writeReport(ctx, dir, []string{dir}, report.Additions{}, c.tables, s)
}

// experiment returns the experiment of the preset or of the directory.
func (c *indexCmd) experiment(ctx context.Context, k *kong.Context, kernels *simd.Set, s streams) (*index.Experiment, error) {
	if c.Dir != "" {
		return c.again(ctx, k, kernels, s)
	}
	plan, err := index.Preset(c.Preset)
	if err != nil {
		return nil, usageError{err}
	}
	if c.Sizes != nil {
		plan.Sizes = c.Sizes
	}
	override(&plan.Runs, c.Runs)
	plan.Continue = c.Continue
	options, err := c.options(s.err)
	if err != nil {
		return nil, err
	}
	options.Fallback = mnist.AllowsBuiltin(c.Preset)
	return index.Load(ctx, plan, options, kernels)
}

// again returns the experiment of the networks of a directory.
func (c *indexCmd) again(ctx context.Context, k *kong.Context, kernels *simd.Set, s streams) (*index.Experiment, error) {
	if flagsGiven(k, "preset") != "" {
		return nil, usageError{fmt.Errorf("-preset: the settings are those of %s", c.Dir)}
	}
	networks, err := mnist.ReadRuns(c.Dir)
	if err != nil {
		return nil, err
	}
	if !networks.Complete {
		return nil, fmt.Errorf("%s is unfinished: %d of %d runs; the command that computed it continues it", c.Dir, len(networks.Runs), networks.Plan.TotalRuns())
	}
	plan := index.Of(networks.Plan)
	plan.Continue = c.Continue
	for _, n := range c.Sizes {
		if !slices.Contains(plan.Sizes, n) {
			return nil, fmt.Errorf("%s has no networks of %d hidden units", c.Dir, n)
		}
	}
	if len(c.Sizes) > 0 {
		plan.Sizes = c.Sizes
	}
	if c.Runs != nil && *c.Runs > plan.Runs {
		return nil, fmt.Errorf("-runs %d: %s has %d runs of each size", *c.Runs, c.Dir, plan.Runs)
	}
	override(&plan.Runs, c.Runs)
	options, err := c.imagesOf(k, c.Dir, networks.Plan)
	if err != nil {
		return nil, err
	}
	options.Log = s.err
	e, err := index.Load(ctx, plan, options, kernels)
	if err != nil {
		return nil, err
	}
	if have := e.Plan().DataSHA256; have != networks.Plan.DataSHA256 {
		return nil, fmt.Errorf("%s was computed on other images: their SHA-256 is %s, here %s", c.Dir, networks.Plan.DataSHA256, have)
	}
	return e.WithDigests(networks.Runs, c.Dir), nil
}
