package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/npy"
)

// exportReplay writes the .npy files of a replay.
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
