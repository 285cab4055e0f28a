package main

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/anneal"
	"github.com/lossglass/lossglass/benchmarks/experiment/index"
	"github.com/lossglass/lossglass/benchmarks/experiment/landscape"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
)

type mergeCmd struct {
	Dirs    []string `arg:"" name:"dir" help:"Directories of one plan that lossglass mnist, spinglass, index, landscape or anneal wrote, with -shard or without, finished or not. They are not changed."`
	Out     string   `required:"" placeholder:"DIR" help:"Directory of all runs. What it has of the same plan is kept."`
	Partial bool     `help:"Accept that packs or blocks are missing. The command that computes the whole continues in -out."`
}

// Help is printed by lossglass merge --help.
func (mergeCmd) Help() string {
	return `Joins the shards of an experiment, from any machines. The files in -out have the bytes that one
machine would have written; timing.jsonl says where each pack of networks or block of starts was
computed. Everything is verified before anything is written. What is missing is named, with the
command that computes it. Results that came twice are compared: a difference is an error that
names the run and both machines. The same command can be given again, with more directories, too.

lossglass mnist -preset paper -shard 3/8 -out shards/3

lossglass merge shards/* -out paper

lossglass report paper`
}

func (c *mergeCmd) Run(ctx context.Context, s streams) error {
	summary, err := interrupt.Await(ctx, func() (string, error) {
		return experiment.Merge(ctx, experiment.Merger{Dirs: c.Dirs, Out: c.Out, Partial: c.Partial, Job: storedJob, Stderr: s.err})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, summary)
	return err
}

// storedJob returns the job of a directory of any experiment.
func storedJob(dir string) (experiment.Job, error) {
	name, err := experiment.ReadName(dir)
	if err != nil {
		return experiment.Job{}, err
	}
	switch name {
	case "spinglass":
		return spinglass.StoredJob(dir)
	case "index":
		return index.StoredJob(dir)
	case "landscape":
		return landscape.StoredJob(dir)
	case "anneal":
		return anneal.StoredJob(dir)
	}
	return mnist.StoredJob(dir) // which refuses other experiments
}
