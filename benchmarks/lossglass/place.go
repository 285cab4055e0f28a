package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// place are the flags that say where the results of an experiment go, and which part of it
// is computed there.
type place struct {
	Out   string `placeholder:"DIR" help:"Directory of the results; the same command resumes there (default: results/local/EXPERIMENT-PRESET-DIGEST, with a digest of the settings)."`
	Shard string `placeholder:"I/N" help:"Compute the I-th of N parts of about the same time, in a directory of its own, on any machine; lossglass merge joins the parts."`
	Join  string `placeholder:"DIR" help:"Instead of -out: compute in a directory together with all other processes, on any machines that share it, that were given the same command. Each takes what nobody has taken."`
}

var errJoinAndOut = usageError{errors.New("-join and -out both name the directory: give one")}

// shard returns the shard to compute, and checks that the flags go together.
func (p place) shard() (experiment.Shard, error) {
	if p.Join != "" && p.Out != "" {
		return experiment.Shard{}, errJoinAndOut
	}
	if p.Shard == "" {
		return experiment.Shard{}, nil
	}
	if p.Join != "" {
		return experiment.Shard{}, usageError{errors.New("-join and -shard are two ways to divide the work: give one")}
	}
	s, err := experiment.ParseShard(p.Shard)
	if err != nil {
		return s, usageError{fmt.Errorf("-shard: %w", err)}
	}
	return s, nil
}

// dir returns the directory of the results, by default another one for each plan and shard.
func (p place) dir(name string, plan any, s experiment.Shard) string {
	if p.Join != "" {
		return p.Join
	}
	if p.Out != "" {
		return p.Out
	}
	if p.Shard != "" {
		name += fmt.Sprintf("-shard-%d-of-%d", s.Index, s.Count)
	}
	return defaultDir(name, plan)
}

// compute computes a job. It returns whether this process writes a report of the directory:
// not if that is one shard of several, and of processes that compute together, one does.
func (p place) compute(ctx context.Context, job experiment.Job, o experiment.Options) (reports bool, err error) {
	if p.Join != "" {
		return experiment.Join(ctx, job, o)
	}
	return p.Shard == "", experiment.Run(ctx, job, o)
}
