package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lossglass/lossglass/benchmarks/experiment/train"
	"github.com/lossglass/lossglass/benchmarks/mnist"
	"github.com/lossglass/lossglass/benchmarks/npy"
)

type replayCmd struct {
	settings
	N      int    `short:"n" required:"" placeholder:"N" help:"Hidden units of the run."`
	Run_   int    `name:"run" required:"" placeholder:"R" help:"Number of the run, from 0."`
	Steps  int    `xor:"length" placeholder:"K" help:"Minibatches to train on."`
	Epochs int    `xor:"length" placeholder:"E" help:"Epochs to train for."`
	Export string `required:"" placeholder:"DIR" help:"Directory for the .npy files; files of these names in it are replaced."`
}

// Help is shown by lossglass replay --help.
func (replayCmd) Help() string {
	return `Writes, in the reference layout (W1 [n][100], b1 [n], W2 [10][n], b2 [10]):
start_W1.npy ... start_b2.npy and end_W1.npy ... end_b2.npy (float32), the weights
before and after; order.npy (int32), the indices of the training images minibatch
after minibatch (those of "lossglass data -export DIR"); rates.npy (float64), the
learning rate of each step. A step is w -= rate / b * (sum of the gradients of b samples).`
}

func (c *replayCmd) Run(ctx context.Context, s streams) error {
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
	r, err := e.Replay(ctx, c.N, c.Run_, steps)
	if err != nil {
		return err
	}
	if err := exportReplay(c.Export, c.N, r); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "n=%d run=%d: %d steps on %d samples, written to %s\n", c.N, c.Run_, steps, len(r.Order), c.Export)
	return nil
}

func exportReplay(dir string, n int, r *train.Replay) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, params := range map[string][]float32{"start": r.Start, "end": r.End} {
		for _, part := range []struct {
			name  string
			shape []int
		}{
			{"W1", []int{n, mnist.Size}},
			{"b1", []int{n}},
			{"W2", []int{mnist.Classes, n}},
			{"b2", []int{mnist.Classes}},
		} {
			size := 1
			for _, d := range part.shape {
				size *= d
			}
			if err := npy.WriteFile(filepath.Join(dir, name+"_"+part.name+".npy"), params[:size], part.shape...); err != nil {
				return err
			}
			params = params[size:]
		}
	}
	if err := npy.WriteFile(filepath.Join(dir, "order.npy"), r.Order, len(r.Order)); err != nil {
		return err
	}
	return npy.WriteFile(filepath.Join(dir, "rates.npy"), r.Rates, len(r.Rates))
}
