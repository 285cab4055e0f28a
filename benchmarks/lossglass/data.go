package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/npy"
)

type dataCmd struct {
	source
	Export string `placeholder:"DIR" help:"Write train_images.npy and test_images.npy (float32 [N][100], in [0,1]) and train_labels.npy and test_labels.npy (uint8 [N])."`
}

func (c *dataCmd) Run(ctx context.Context, s streams) error {
	options, err := c.options(s.err)
	if err != nil {
		return err
	}
	options.Fallback = c.Export == "" // as the presets smoke and quick do
	data, err := dataset.Load(ctx, options)
	if err != nil {
		return err
	}
	if data.Source != dataset.Builtin {
		if err := listFiles(ctx, options, s); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "data: %s, from %s\nSHA-256 of the four decompressed files: %s\n", data.Source, data.From, data.Digest)
	for _, part := range []struct {
		name string
		set  dataset.Set
	}{{"training", data.Train}, {"test", data.Test}} {
		fmt.Fprintf(s.out, "%d %s images of 10x10; %.1f %% of the pixels are zero; %s\n",
			part.set.Len(), part.name, 100*part.set.ZeroShare(), labels(part.set))
	}
	if c.Export == "" {
		return nil
	}
	return exportData(c.Export, data)
}

// labels says how often each class is the label of an image.
func labels(set dataset.Set) string {
	var list []string
	for class, count := range set.ClassCounts() {
		list = append(list, fmt.Sprintf("%d x %d", count, class))
	}
	return "labels: " + strings.Join(list, ", ")
}

func listFiles(ctx context.Context, o dataset.Options, s streams) error {
	files, err := dataset.Locate(ctx, o)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, f := range files {
		state := "verified"
		if f.Problem != nil {
			state = f.Problem.Error()
		}
		fmt.Fprintf(w, "%s\t%s\t%d bytes\t%s\n", f.Name, f.Path, f.Bytes, state)
	}
	return w.Flush()
}

func exportData(dir string, data *dataset.Data) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, set := range map[string]dataset.Set{"train": data.Train, "test": data.Test} {
		if err := npy.WriteFile(filepath.Join(dir, name+"_images.npy"), set.Pixels, set.Len(), dataset.Size); err != nil {
			return err
		}
		if err := npy.WriteFile(filepath.Join(dir, name+"_labels.npy"), set.Labels, set.Len()); err != nil {
			return err
		}
	}
	return nil
}
