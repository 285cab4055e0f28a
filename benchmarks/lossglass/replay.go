package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/npy"
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

type replayCmd struct {
	settings
	N      int    `xor:"network" placeholder:"N" help:"Hidden units of the run, in one layer. For several layers, give -hidden."`
	Run_   int    `name:"run" required:"" placeholder:"R" help:"Number of the run, from 0."`
	Steps  int    `xor:"length" placeholder:"K" help:"Number of minibatches to train on."`
	Epochs int    `xor:"length" placeholder:"E" help:"Number of epochs to train for."`
	Export string `required:"" placeholder:"DIR" help:"Directory for the .npy files. Files of the same names are replaced."`
}

// Help is printed by lossglass replay --help.
func (replayCmd) Help() string {
	return `Writes these .npy files:

start_W1, start_b1, ...: the parameters before the first step. For one hidden layer, their
shapes are W1 [n][100], b1 [n], W2 [10][n], b2 [10]. They are float32, with -float64 float64.

end_W1, end_b1, ...: the parameters after the last step.

order (int32): the indices of the training images in the order of their use, minibatch
after minibatch. "lossglass data -export DIR" writes these images.

rates (float64): the learning rate of each step.

A step is w -= rate / b * (sum of the gradients of the b samples of the minibatch).
benchmarks/lossglass/check_replay.py repeats the steps in NumPy.`
}

func (c *replayCmd) Run(ctx context.Context, s streams) error {
	hidden := c.Hidden
	if hidden == nil {
		hidden = []int{c.N}
	}
	if c.Hidden == nil && c.N == 0 {
		return usageError{errors.New("replay needs -n N or -hidden N,N, the units of the run")}
	}
	if c.Steps == 0 && c.Epochs == 0 {
		return usageError{errors.New("replay needs -steps K or -epochs E, at least 1")}
	}
	plan, err := c.plan()
	if err != nil {
		return err
	}
	e, _, err := c.experiment(ctx, plan, s.err)
	if err != nil {
		return err
	}
	steps := c.Steps
	if c.Epochs > 0 {
		steps = c.Epochs * e.StepsPerEpoch()
	}
	r, err := e.Replay(ctx, hidden, c.Run_, steps)
	if err != nil {
		return err
	}
	if err := exportReplay(c.Export, hidden, c.Float64, r); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "n=%s run=%d: %s on %s, written to %s\n", mnist.LayersText(hidden), c.Run_,
		format.Count(steps, "step"), format.Count(len(r.Order), "sample"), c.Export)
	return nil
}

func exportReplay(dir string, hidden []int, float64s bool, r *mnist.Replay) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, params := range map[string][]float64{"start": r.Start, "end": r.End} {
		export := func() error { return exportNetwork(filepath.Join(dir, name), hidden, params) }
		if !float64s {
			export = func() error { return exportNetwork(filepath.Join(dir, name), hidden, narrow(params)) }
		}
		if err := export(); err != nil {
			return err
		}
	}
	if err := npy.WriteFile(filepath.Join(dir, "order.npy"), r.Order, len(r.Order)); err != nil {
		return err
	}
	return npy.WriteFile(filepath.Join(dir, "rates.npy"), r.Rates, len(r.Rates))
}

// exportNetwork writes the parameters of each layer, PREFIX_W1.npy, PREFIX_b1.npy, ...
func exportNetwork[T npy.Element](prefix string, hidden []int, params []T) error {
	inputs := dataset.Size
	for i, units := range slices.Concat(hidden, []int{dataset.Classes}) {
		weights := inputs * units
		if err := npy.WriteFile(fmt.Sprintf("%s_W%d.npy", prefix, i+1), params[:weights], units, inputs); err != nil {
			return err
		}
		if err := npy.WriteFile(fmt.Sprintf("%s_b%d.npy", prefix, i+1), params[weights:][:units], units); err != nil {
			return err
		}
		inputs, params = units, params[weights+units:]
	}
	return removeLayers(prefix, len(hidden)+2)
}

// removeLayers removes the files of the given layer and later ones, which an earlier replay
// of a deeper network left.
func removeLayers(prefix string, from int) error {
	for i := from; ; i++ {
		for _, kind := range []string{"W", "b"} {
			err := os.Remove(fmt.Sprintf("%s_%s%d.npy", prefix, kind, i))
			if errors.Is(err, os.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	}
}

// narrow converts float64 values of float32 numbers.
func narrow(params []float64) []float32 {
	out := make([]float32, len(params))
	for i, x := range params {
		out[i] = float32(x)
	}
	return out
}
