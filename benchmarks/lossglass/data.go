package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/internal/jsontable"
	"github.com/lossglass/lossglass/benchmarks/npy"
)

type dataCmd struct {
	tables
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
	d, err := describe(ctx, options, data)
	if err != nil {
		return err
	}
	write := d.writeText
	if c.JSON {
		write = d.writeJSON
	}
	if err := write(s.out); err != nil {
		return err
	}
	if c.Export == "" {
		return nil
	}
	return exportData(c.Export, data)
}

// origin says where the images come from and what they are, as lossglass data -json
// prints it.
type origin struct {
	Source string     `json:"source"`
	From   string     `json:"from"`
	SHA256 string     `json:"sha256"` // of the four decompressed files
	Files  []file     `json:"files"`  // none for the built-in digits
	Sets   []imageSet `json:"sets"`
}

type file struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
	State string `json:"state"` // "verified", or what is wrong
}

type imageSet struct {
	Name      string  `json:"name"`
	Images    int     `json:"images"`
	ZeroShare float64 `json:"zero_share"` // of the pixels
	Labels    []int   `json:"labels"`     // how many images have the label 0, 1, ..., 9
}

func describe(ctx context.Context, o dataset.Options, data *dataset.Data) (origin, error) {
	d := origin{Source: data.Source, From: data.From, SHA256: data.Digest, Files: []file{}}
	if data.Source != dataset.Builtin {
		files, err := dataset.Locate(ctx, o)
		if err != nil {
			return d, err
		}
		for _, f := range files {
			one := file{f.Name, f.Path, f.Bytes, "verified"}
			if f.Problem != nil {
				one.State = f.Problem.Error()
			}
			d.Files = append(d.Files, one)
		}
	}
	for _, part := range []struct {
		name string
		set  dataset.Set
	}{{"training", data.Train}, {"test", data.Test}} {
		counts := part.set.ClassCounts()
		d.Sets = append(d.Sets, imageSet{part.name, part.set.Len(), part.set.ZeroShare(), counts[:]})
	}
	return d, nil
}

func (d origin) writeJSON(w io.Writer) error { return jsontable.Write(w, d) }

func (d origin) writeText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range d.Files {
		fmt.Fprintf(t, "%s\t%s\t%d bytes\t%s\n", f.Name, f.Path, f.Bytes, f.State)
	}
	fmt.Fprintf(t, "data: %s, from %s\nSHA-256 of the four decompressed files: %s\n", d.Source, d.From, d.SHA256)
	for _, set := range d.Sets {
		var labels []string
		for class, count := range set.Labels {
			labels = append(labels, fmt.Sprintf("%d x %d", count, class))
		}
		fmt.Fprintf(t, "%d %s images of 10x10; %.1f %% of the pixels are zero; labels: %s\n",
			set.Images, set.Name, 100*set.ZeroShare, strings.Join(labels, ", "))
	}
	return t.Flush()
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
