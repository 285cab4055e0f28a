package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

type replayCmd struct {
	Dir string `arg:"" optional:"" name:"dir" help:"Directory that lossglass mnist or lossglass index wrote: its settings are used, and all epochs are trained unless -steps or -epochs is given. Without it, flags give the settings."`
	settings
	N      int    `short:"n" xor:"network" placeholder:"N" help:"Hidden units of the run, in all layers of a directory's networks, else in one layer. For several layers without a directory, give -hidden."`
	Run_   int    `name:"run" required:"" placeholder:"R" help:"Number of the run, from 0."`
	Steps  *int   `xor:"length" placeholder:"K" help:"Number of minibatches to train on."`
	Epochs *int   `xor:"length" placeholder:"E" help:"Number of epochs to train for."`
	Export string `placeholder:"DIR" help:"Directory for the .npy files. Files of the same names are replaced."`
}

// Help is printed by lossglass replay --help.
func (replayCmd) Help() string {
	return `With the directory of a finished run, "lossglass replay DIR -n 25 -run 3" trains this run
again and compares the digest of its weights with that in DIR: it fails if they differ.

With -export, it writes these .npy files:

start_W1, start_b1, ...: the parameters before the first step. For one hidden layer, their
shapes are W1 [n][100], b1 [n], W2 [10][n], b2 [10]. They are float32, with -float64 float64.

end_W1, end_b1, ...: the parameters after the last step.

order (int32): the indices of the training images in the order of their use, minibatch
after minibatch. "lossglass data -export DIR" writes these images.

rates (float64): the learning rate of each step.

A step is w -= rate / b * (sum of the gradients of the b samples of the minibatch).
benchmarks/lossglass/check_replay.py repeats the steps in NumPy, and check_index.py beside it
computes the eigenvalues of the Hessian at end_W1, ... that lossglass index counts.`
}

func (c *replayCmd) Run(ctx context.Context, k *kong.Context, s streams) error {
	if c.Steps != nil && *c.Steps < 1 {
		return usageError{fmt.Errorf("-steps %d: at least 1 is needed", *c.Steps)}
	}
	if c.Run_ < 0 {
		return usageError{fmt.Errorf("-run %d: runs are numbered from 0", c.Run_)}
	}
	if c.Dir != "" {
		return c.again(ctx, k, s)
	}
	hidden := c.Hidden
	if hidden == nil {
		hidden = []int{c.N}
	}
	switch {
	case c.Hidden == nil && c.N == 0:
		return usageError{errors.New("replay needs -n N or -hidden N,N, the units of the run")}
	case c.Steps == nil && c.Epochs == nil:
		return usageError{errors.New("replay needs -steps K or -epochs E, or the directory of the run, which then gives all settings")}
	case c.Export == "":
		return usageError{errors.New("replay needs -export DIR, or the directory of the run to compare with")}
	}
	plan, err := c.plan()
	if err != nil {
		return err
	}
	e, _, err := c.experiment(ctx, plan, s.err)
	if err != nil {
		return err
	}
	if _, err := memory.Fit(1, e.Plan().WithLayers(hidden).Bytes, memory.Available()); err != nil {
		return err
	}
	steps, err := c.steps(e)
	if err != nil {
		return err
	}
	_, err = c.replay(ctx, e, hidden, steps, s)
	return err
}

// again trains a run of a directory again and compares its weights with those there.
func (c *replayCmd) again(ctx context.Context, k *kong.Context, s streams) error {
	if given := flagsGiven(k, "preset", "hidden", "batch", "rate", "decay", "schedule", "init", "seed", "float64"); given != "" {
		return usageError{fmt.Errorf("%s: the settings are those of %s", given, c.Dir)}
	}
	results, err := readNetworks(c.Dir)
	if err != nil {
		return err
	}
	run, err := c.find(results)
	if err != nil {
		return err
	}
	options, err := c.imagesOf(k, c.Dir, results.Plan)
	if err != nil {
		return err
	}
	options.Log = s.err
	e, data, err := c.load(ctx, results.Plan, options, s.err)
	if err != nil {
		return err
	}
	if want := results.Plan.DataSHA256; data.Digest != want {
		return fmt.Errorf("%s was computed on other images: their SHA-256 is %s, here %s", c.Dir, want, data.Digest)
	}
	all, err := e.Steps(results.Plan.Epochs)
	if err != nil {
		return err
	}
	if c.Steps == nil && c.Epochs == nil {
		c.Steps = &all
	}
	steps, err := c.steps(e)
	switch {
	case err != nil:
		return err
	case steps > all:
		return usageError{fmt.Errorf("%d steps: the runs of %s took %d", steps, c.Dir, all)}
	case steps < all && c.Export == "":
		return usageError{fmt.Errorf("%d of %d steps: there is nothing to compare them with, and nothing to write without -export DIR", steps, all)}
	}
	r, err := c.replay(ctx, e, results.Plan.Layers(run.N), steps, s)
	if err != nil || steps < all {
		return err
	}
	return compareWeights(run, r, c.Dir, s)
}

// readNetworks returns the networks of a directory that lossglass mnist or lossglass index wrote.
func readNetworks(dir string) (*mnist.Results, error) {
	if name, err := experiment.ReadName(dir); err != nil || name != "index" {
		return mnist.ReadRuns(dir)
	}
	points, err := index.ReadRuns(dir)
	if err != nil {
		return nil, err
	}
	networks := &mnist.Results{Plan: points.Plan.Plan, Complete: points.Complete}
	for _, r := range points.Runs {
		networks.Runs = append(networks.Runs, r.Run)
	}
	return networks, nil
}

// find returns the run of a directory that the flags name.
func (c *replayCmd) find(results *mnist.Results) (*mnist.Run, error) {
	sizes := results.Plan.Sizes
	if c.N == 0 && len(sizes) == 1 {
		c.N = sizes[0]
	}
	if c.N == 0 {
		return nil, usageError{fmt.Errorf("replay needs -n N: %s has networks of %d sizes, from %d to %d hidden units", c.Dir, len(sizes), sizes[0], sizes[len(sizes)-1])}
	}
	at := slices.IndexFunc(results.Runs, func(r mnist.Run) bool { return r.N == c.N && r.Run == c.Run_ })
	if at < 0 {
		return nil, fmt.Errorf("%s has no run %d of n = %d", c.Dir, c.Run_, c.N)
	}
	return &results.Runs[at], nil
}

// steps returns the number of minibatches that the flags ask for.
func (c *replayCmd) steps(e *mnist.Experiment) (int, error) {
	if c.Steps != nil {
		return *c.Steps, nil
	}
	return e.Steps(*c.Epochs)
}

// replay trains a run and writes its files.
func (c *replayCmd) replay(ctx context.Context, e *mnist.Experiment, hidden []int, steps int, s streams) (*mnist.Replay, error) {
	r, err := e.Replay(ctx, hidden, c.Run_, steps)
	if err != nil {
		return nil, err
	}
	written := ""
	if c.Export != "" {
		if err := exportReplay(c.Export, hidden, e.Plan().Float64, r); err != nil {
			return nil, err
		}
		written = ", written to " + c.Export
	}
	_, err = fmt.Fprintf(s.out, "n=%s run=%d: %s on %s%s\n", mnist.LayersText(hidden), c.Run_,
		format.Count(steps, "step"), format.Count(len(r.Order), "sample"), written)
	return r, err
}

// compareWeights compares a replay of all epochs with the result of its run.
func compareWeights(run *mnist.Run, r *mnist.Replay, dir string, s streams) error {
	if run.DivergedEpoch != r.DivergedEpoch {
		return fmt.Errorf("n=%d run=%d: the weights were first not finite after epoch %d, in %s after epoch %d (0: never)", run.N, run.Run, r.DivergedEpoch, dir, run.DivergedEpoch)
	}
	if run.DivergedEpoch > 0 {
		_, err := fmt.Fprintf(s.out, "diverged in epoch %d, as in %s\n", r.DivergedEpoch, dir)
		return err
	}
	if run.WeightsSHA256 != r.WeightsSHA256 {
		return fmt.Errorf("n=%d run=%d: weights_sha256 is %s, in %s it is %s", run.N, run.Run, r.WeightsSHA256, dir, run.WeightsSHA256)
	}
	_, err := fmt.Fprintf(s.out, "weights_sha256 %s, as in %s\n", r.WeightsSHA256, dir)
	return err
}
