package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/bench"
	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report"
)

type mnistCmd struct {
	settings
	tables
	place
	Sizes   []int `xor:"network" placeholder:"N" help:"Numbers of hidden units, in one layer."`
	Runs    *int  `placeholder:"N" help:"Number of networks of each size."`
	Epochs  *int  `placeholder:"N" help:"Passes over the training images."`
	Curve   *int  `placeholder:"E" help:"Also record the losses of every run after each E epochs, in curves.jsonl. The results do not depend on it."`
	Workers int   `placeholder:"N" help:"Packs of sixteen networks trained concurrently (default: one per CPU). The results do not depend on it."`
}

// Help is printed by lossglass mnist --help.
func (mnistCmd) Help() string {
	return `Trains networks 100-n-10, or with the hidden layers that -hidden gives, with ReLU and
biases, by stochastic gradient descent on the mean negative log-likelihood. n is the number
of all hidden units. The presets are:

` + presets() + `
An interrupted run (Ctrl-C, kill -9, a power cut) keeps the packs of sixteen networks that
are finished and, of the others, a checkpoint every 30 seconds. The same command continues it
and ends with the same bytes. The directory
then has plan.json, runs.jsonl (one line per run), journal.jsonl (the finished packs),
timing.jsonl (where and how fast), SHA256SUMS, report.html, report.md with figures/,
table.csv and table.md, bench.txt (speed and exact results, for benchstat) and, with
-curve, curves.jsonl. With -join, any number of processes compute one directory together;
the packs of one that dies are taken over.`
}

// presets returns the flags that give each preset.
func presets() string {
	var text strings.Builder
	for _, name := range mnist.Presets() {
		p, err := mnist.Preset(name)
		if err != nil {
			panic(err) // Presets returns what Preset accepts
		}
		fmt.Fprintf(&text, "%s: %s", name, strings.Join(p.Flags(), " "))
		if p.TrainSamples > 0 {
			fmt.Fprintf(&text, ", on the first %d training and %d test images", p.TrainSamples, p.TestSamples)
		}
		text.WriteString("\n\n")
	}
	return text.String()
}

// plan returns the preset, changed by the given flags.
func (c *mnistCmd) plan() (mnist.Plan, error) {
	plan, err := c.settings.plan()
	if c.Sizes != nil {
		plan.Sizes = c.Sizes
	}
	override(&plan.Runs, c.Runs)
	override(&plan.Epochs, c.Epochs)
	return plan, err
}

func (c *mnistCmd) Run(ctx context.Context, s streams) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	x, err := newExecution(c.place, c.Workers, c.isa, s.err)
	if err != nil {
		return err
	}
	if plan.Epochs == 1 && (c.Decay != nil || c.Schedule != nil) {
		return usageError{errors.New("-decay and -schedule do nothing in one epoch: leave them out, or give more -epochs")}
	}
	if c.Curve != nil {
		if err := plan.ValidateCurves(*c.Curve); err != nil {
			return usageError{err}
		}
	}
	e, data, err := c.experiment(ctx, plan, s.err)
	if err != nil {
		return err
	}
	if c.Curve != nil {
		if e, err = e.WithCurves(*c.Curve); err != nil {
			return err
		}
	}
	if x.workers, err = memory.Workers(x.workers, e.Bytes, s.err); err != nil {
		return err
	}
	dir, reports, err := x.compute(ctx, "mnist-"+c.Preset, e.Job(environment.Here(e.Kernels(), x.workers)))
	if !reports {
		return err
	}
	if err := writeBench(ctx, dir); err != nil {
		return err
	}
	return writeReport(ctx, dir, []string{dir}, report.Additions{Images: func() (*dataset.Data, error) { return data, nil }}, c.tables, s)
}

// workersOr returns the given number of workers or, if it is 0, one per CPU.
func workersOr(workers int) (int, error) {
	if workers < 0 {
		return 0, usageError{fmt.Errorf("-workers %d: at least 1 is needed", workers)}
	}
	if workers == 0 {
		workers = memory.UsableCPUs()
	}
	return workers, nil
}

// writeBench writes bench.txt, which benchstat reads.
func writeBench(ctx context.Context, dir string) error {
	text, err := interrupt.Await(ctx, func() ([]byte, error) {
		var b bytes.Buffer
		err := bench.WriteExperiment(&b, dir)
		return b.Bytes(), err
	})
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, "bench.txt"), text)
}

// defaultDir returns the default output directory, a different one for each plan.
func defaultDir(name string, plan any) string {
	text, err := json.Marshal(plan)
	if err != nil {
		panic(err) // a plan is plain data
	}
	sum := sha256.Sum256(text)
	return filepath.Join("results", "local", name+"-"+hex.EncodeToString(sum[:4]))
}
