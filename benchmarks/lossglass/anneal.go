package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/simd"
)

type annealCmd struct {
	Preset            string   `default:"quick" placeholder:"smoke|quick|paper" help:"Settings of the flags that are not given: smoke (seconds), quick (2, 3 and 5 hidden units, 16 runs of each, 500 images, under a minute) or paper (the sizes of the paper's Fig. 6, 112 runs of each, 1000 images, an hour and a half of a CPU) (default: quick)."`
	Sizes             []int    `short:"n" placeholder:"N" help:"Numbers of hidden units."`
	Runs              *int     `placeholder:"N" help:"Number of networks of each size, from run 0 on."`
	Images            *int     `placeholder:"N" help:"Number of training images, from the first on."`
	Sweeps            *int     `placeholder:"N" help:"Sweeps of annealing, each of which tries to change every parameter once, and epochs of stochastic gradient descent."`
	Hot               *float64 `placeholder:"T" help:"Temperature of the first sweep, in the unit of the mean loss."`
	Cooling           *float64 `placeholder:"C" help:"Factor of the temperature from sweep to sweep."`
	Step              *float64 `placeholder:"S" help:"Largest change of a parameter at first; it is adapted so that about half of the changes are accepted."`
	Box               *float64 `placeholder:"B" help:"Largest absolute value of an annealed parameter."`
	ThreeValueHot     *float64 `placeholder:"T" help:"As -hot, for networks whose parameters are -1, 0 or 1."`
	ThreeValueCooling *float64 `placeholder:"C" help:"As -cooling, for networks whose parameters are -1, 0 or 1."`
	Batch             *int     `placeholder:"N" help:"Samples of a minibatch of stochastic gradient descent."`
	Rate              *float64 `placeholder:"R" help:"Its learning rate in the first epoch."`
	Decay             *float64 `placeholder:"D" help:"Factor of the learning rate from epoch to epoch."`
	Init              *string  `placeholder:"uniform1|fanin|small" help:"Starting parameters, as for lossglass mnist, of stochastic gradient descent and of annealing; three-valued ones are -1, 0 or 1 with equal probabilities."`
	Seed              *uint64  `placeholder:"S" help:"Seed of all random numbers."`
	Calibrate         bool     `help:"Only try schedules, and print their losses and the best: those with the lowest mean loss on images that are neither trained nor tested on."`
	Workers           int      `placeholder:"N" help:"Packs of sixteen networks computed concurrently (default: one per CPU). The results do not depend on it."`
	place
	tables
	source
	isa
}

// Help is printed by lossglass anneal --help.
func (annealCmd) Help() string {
	return `Trains networks 100-n-10 by stochastic gradient descent and by simulated annealing, from the
same starts and on the same few images of MNIST, and prints their losses beside those of the paper's
Fig. 6. It also anneals networks whose parameters are -1, 0 or 1, and prints the accuracy lost.

Annealing changes one parameter at a time, by the Metropolis algorithm on the mean loss of all
training images. A sweep, one change of each parameter, counts as one epoch of stochastic gradient
descent; both methods get as many. Annealing evaluates the loss far more often for it. The paper
states neither its schedules nor its images: -calibrate shows how these were chosen.

An interrupted run keeps the packs of sixteen networks that are finished and, of the others, a
checkpoint. The same command continues it and ends with the same bytes. -shard, -join and
lossglass merge work as for the other experiments. The directory then has plan.json,
runs.jsonl (one line per run, with all three networks), journal.jsonl, timing.jsonl, SHA256SUMS,
report.html, report.md with figures/, and anneal.csv.`
}

func (c *annealCmd) Run(ctx context.Context, s streams) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	x, err := newExecution(c.place, c.Workers, c.isa, s.err)
	if err != nil {
		return err
	}
	options, err := c.options(s.err)
	if err != nil {
		return err
	}
	options.Fallback = c.Preset != "paper"
	if c.Calibrate {
		return c.calibrate(ctx, plan, options, x.kernels, s)
	}
	e, err := anneal.Load(ctx, plan, options, x.kernels)
	if err != nil {
		return err
	}
	plan = e.Plan()
	if x.workers, err = memory.Workers(min(x.workers, len(plan.Packs())), plan.Bytes, s.err); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "data: %s; kernels: %s; %s\n", plan.Data, x.kernels.Name, strings.Join(plan.Flags(), " "))
	dir, reports, err := x.compute(ctx, "anneal-"+c.Preset, e.Job(environment.Here(x.kernels.Name, x.workers)))
	if !reports {
		return err
	}
	return writeReport(ctx, dir, []string{dir}, report.Additions{}, c.tables, s)
}

// plan returns the preset, changed by the given flags.
func (c *annealCmd) plan() (anneal.Plan, error) {
	p, err := anneal.Preset(c.Preset)
	if err != nil {
		return p, usageError{err}
	}
	if c.Sizes != nil {
		p.Sizes = c.Sizes
	}
	override(&p.Runs, c.Runs)
	override(&p.TrainSamples, c.Images)
	override(&p.Epochs, c.Sweeps)
	override(&p.Hot, c.Hot)
	override(&p.Cooling, c.Cooling)
	override(&p.Step, c.Step)
	override(&p.Box, c.Box)
	override(&p.ThreeValueHot, c.ThreeValueHot)
	override(&p.ThreeValueCooling, c.ThreeValueCooling)
	override(&p.Batch, c.Batch)
	override(&p.Rate, c.Rate)
	override(&p.Decay, c.Decay)
	override(&p.Start, c.Init)
	override(&p.Seed, c.Seed)
	return p, nil
}

// calibrate prints the table of the schedules that are tried.
func (c *annealCmd) calibrate(ctx context.Context, plan anneal.Plan, options dataset.Options, kernels *simd.Set, s streams) error {
	data, err := dataset.Load(ctx, options)
	if err != nil {
		return err
	}
	trials, err := anneal.Calibrate(ctx, plan, data, kernels, func(t anneal.Trial) {
		fmt.Fprintf(s.err, "%s %v x %v^s%s: %.4f\n", t.Method, t.First, t.Factor, boxText(t.Box, ", box "), t.Validation)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "data: %s; sixteen networks of 5 hidden units, seed %d, %d images, %d sweeps or epochs\n\n", data.Source, plan.Seed+1, plan.TrainSamples, plan.Epochs)
	fmt.Fprintln(s.out, "| method | first rate or temperature | factor | box | train loss | validation loss | best |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |")
	for _, t := range trials {
		best := ""
		if t.Best {
			best = "best"
		}
		fmt.Fprintf(s.out, "| %s | %v | %v | %s | %.4f | %.4f | %s |\n", t.Method, t.First, t.Factor, boxText(t.Box, ""), t.Train, t.Validation, best)
	}
	return nil
}

// boxText returns the box of a trial after a word; "" if it has none.
func boxText(box float64, word string) string {
	if box == 0 {
		return ""
	}
	return word + strconv.FormatFloat(box, 'g', -1, 64)
}
