package main

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// place are the flags that say where the results of an experiment go, and which part of it
// is computed there.
type place struct {
	Out   string `placeholder:"DIR" help:"Directory of the results; the same command resumes there (default: results/local/EXPERIMENT-PRESET-DIGEST, with a digest of the settings)."`
	Shard string `placeholder:"I/N" help:"Compute the I-th of N parts of about the same time, in a directory of its own, on any machine; lossglass merge joins the parts."`
}

// shard returns the shard to compute.
func (p place) shard() (experiment.Shard, error) {
	if p.Shard == "" {
		return experiment.Shard{}, nil
	}
	s, err := experiment.ParseShard(p.Shard)
	if err != nil {
		return s, usageError{fmt.Errorf("-shard: %w", err)}
	}
	return s, nil
}

// dir returns the directory of the results, by default another one for each plan and shard.
func (p place) dir(name string, plan any, s experiment.Shard) string {
	if p.Out != "" {
		return p.Out
	}
	if p.Shard != "" {
		name += fmt.Sprintf("-shard-%d-of-%d", s.Index, s.Count)
	}
	return defaultDir(name, plan)
}

// compute computes a job. It returns whether a report of the directory can be written: not
// if it is one shard of several.
func (p place) compute(ctx context.Context, job experiment.Job, o experiment.Options) (isWhole bool, err error) {
	return p.Shard == "", experiment.Run(ctx, job, o)
}
