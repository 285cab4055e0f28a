package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/lease"
	"github.com/lossglass/lossglass/simd"
)

// place are the flags that say where the results of an experiment go, and which part of it
// is computed there.
type place struct {
	Out   string `placeholder:"DIR" help:"Directory of the results; the same command resumes there (default: results/local/EXPERIMENT-PRESET-DIGEST, with a digest of the settings)."`
	Shard string `placeholder:"I/N" help:"Compute the I-th of N parts of about the same time, in a directory of its own, on any machine; lossglass merge joins the parts."`
	Join  string `placeholder:"DIR" help:"Instead of -out: compute in a directory together with all other processes, on any machines that share it, that were given the same command. Each takes what nobody has taken."`
	leased
}

// leased is the flag of the commands that have -join.
type leased struct {
	Lease time.Duration `placeholder:"TIME" help:"With -join: how long this process may give no sign of life before others take over what it computes (default: 3m, more than the pause of a file server that starts again)."`
}

// expiry returns the flag as [experiment.Options] has it.
func (l leased) expiry(isJoined bool) (time.Duration, error) {
	switch {
	case l.Lease == 0:
		return 0, nil
	case !isJoined:
		return 0, usageError{errors.New("-lease needs -join")}
	case l.Lease < lease.MinExpiry || l.Lease > lease.MaxExpiry:
		return 0, usageError{fmt.Errorf("-lease %v: it is from %v to %v", l.Lease, lease.MinExpiry, lease.MaxExpiry)}
	}
	return l.Lease, nil
}

var errJoinAndOut = usageError{errors.New("-join and -out both name the directory: give one")}

// parseShard returns the shard to compute, and checks that the flags go together.
func (p place) parseShard() (experiment.Shard, error) {
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

// An execution is where and how an experiment is computed.
type execution struct {
	place
	shard   experiment.Shard
	expiry  time.Duration
	workers int
	kernels *simd.Set
	stderr  io.Writer
}

// newExecution returns what the flags ask for that all experiments have.
func newExecution(p place, workers int, i isa, stderr io.Writer) (x execution, err error) {
	x = execution{place: p, stderr: stderr}
	if x.workers, err = workersOr(workers); err != nil {
		return x, err
	}
	if x.shard, err = p.parseShard(); err != nil {
		return x, err
	}
	if x.expiry, err = p.leased.expiry(p.Join != ""); err != nil {
		return x, err
	}
	x.kernels, err = i.kernels()
	return x, err
}

// compute computes a job. It returns the directory, which by default has a name that begins with
// the given one, and whether this process writes a report of it: not if it is one shard of
// several, and of processes that compute together, one does.
func (x execution) compute(ctx context.Context, name string, job experiment.Job) (dir string, reports bool, err error) {
	o := experiment.Options{Dir: x.dir(name, job.Plan, x.shard), Workers: x.workers, Stderr: x.stderr, Shard: x.shard, Expiry: x.expiry}
	if x.Join != "" {
		reports, err = experiment.Join(ctx, job, o)
	} else {
		reports, err = x.Shard == "", experiment.Run(ctx, job, o)
	}
	return o.Dir, reports && err == nil, err
}
