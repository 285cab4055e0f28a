package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	core "github.com/lossglass/lossglass/core/spinglass"
)

type spinglassCmd struct {
	Preset    string   `default:"quick" help:"What is run: smoke (seconds), quick (Lambda 25 to 250, 100 starts of 6 to 20 disorders, under a minute), paper (1000 starts, 10 to 100 disorders)."`
	P         int      `short:"p" default:"3" placeholder:"P" help:"Spins that interact in a term; the paper's H."`
	Sizes     []int    `placeholder:"N" help:"Numbers of spins, Lambda."`
	Starts    *int     `placeholder:"N" help:"Starts of each disorder."`
	Disorders []int    `placeholder:"D" help:"Samples of the couplings of each size: one number, or one for each size."`
	Method    string   `default:"gd" placeholder:"gd|sgd|langevin" help:"The way down: gradient descent, or before it the authors' stochastic gradients or a walk at a temperature."`
	Rate      *float64 `placeholder:"R" help:"Length of a step as a factor of the gradient."`
	Settle    *float64 `placeholder:"G" help:"From this gradient norm over sqrt(Lambda) on, gd takes steps of Chebyshev lengths, which arrive sooner; 0: never."`
	Tol       *float64 `placeholder:"G" help:"Gradient norm over sqrt(Lambda) at which a start is done."`
	MaxSteps  *int     `placeholder:"N" help:"Steps after which a start is given up."`
	Couplings *string  `placeholder:"gauss|sign|uniform" help:"Law of the couplings, of mean 0 and variance 1."`
	Seed      *uint64  `placeholder:"S" help:"Seed of all random numbers."`
	stageFlags
	Trajectory []int  `placeholder:"T" help:"Also record energy and overlaps of every start after these numbers of steps, in trajectories.jsonl; needs -settle 0. Gradient flow to time 4: -rate 0.01 -settle 0 -max-steps 400."`
	Out        string `placeholder:"DIR" help:"Directory of the results; the same command resumes there (default: results/local/spinglass-PRESET-DIGEST, the digest that of the settings)."`
	Workers    int    `placeholder:"N" help:"Blocks of starts computed at once (default: one for each CPU). The results do not depend on it."`
	isa
}

// stageFlags are those of the stochastic steps of sgd and langevin.
type stageFlags struct {
	StageSteps  *int     `placeholder:"N" help:"sgd, langevin: stochastic steps."`
	StageRate   *float64 `placeholder:"R" help:"sgd, langevin: length of the first of them."`
	StageDecay  *float64 `placeholder:"D" help:"sgd: step t is rate / (1 + D t) long."`
	Parts       *int     `placeholder:"N" help:"sgd: summands that the couplings are split into."`
	Temperature *float64 `placeholder:"T" help:"langevin: temperature."`
}

// apply puts the given flags over a method's stage.
func (f stageFlags) apply(s *spinglass.Stage) error {
	if s == nil {
		if f != (stageFlags{}) {
			return errors.New("gd has no stochastic steps: -method sgd or langevin")
		}
		return nil
	}
	override(&s.Steps, f.StageSteps)
	override(&s.Rate, f.StageRate)
	override(&s.Decay, f.StageDecay)
	override(&s.Parts, f.Parts)
	override(&s.Temperature, f.Temperature)
	return nil
}

// Help is shown by lossglass spinglass --help.
func (spinglassCmd) Help() string {
	return `Descents from starts uniform on the sphere, on the energies of spherical p-spin glasses as
the paper defines them (eq. 2; energies over Lambda). A step takes time, and the couplings
memory, as Lambda^p. An interrupted run keeps the blocks of up to 512 starts that are
finished; the same command goes on with the others, and ends with the same bytes. In the
directory: plan.json, journal.jsonl (while it runs), runs.jsonl (one line a start),
report.html, report.md with figures/, glass.csv, timing.jsonl (where and how fast) and, with
-trajectory, trajectories.jsonl.`
}

func (c *spinglassCmd) Run(ctx context.Context, s streams) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	workers, err := workersOr(c.Workers)
	if err != nil {
		return err
	}
	k, err := c.kernels()
	if err != nil {
		return err
	}
	e, err := spinglass.New(plan, k, workers)
	var memory *spinglass.MemoryError
	switch {
	case errors.As(err, &memory):
		return err
	case err != nil:
		return usageError{err}
	}
	dir := c.Out
	if dir == "" {
		dir = defaultDir("spinglass-"+c.Preset, plan)
	}
	if err := e.RecordTrajectories(spinglass.Trajectories{Steps: c.Trajectory, Dir: dir}); err != nil {
		return usageError{err}
	}
	if err := announce(e, plan, workers, k.Name, s.err); err != nil {
		return err
	}
	job := e.Job(environment.Here(k.Name, workers))
	if err := experiment.Run(ctx, job, experiment.Options{Dir: dir, Workers: workers, Stderr: s.err}); err != nil {
		return err
	}
	if units, err := spinglass.MergeTrajectories(dir, plan); err != nil {
		return err
	} else if units > 0 {
		fmt.Fprintf(s.err, "%s: trajectories of %d %s in trajectories.jsonl\n", dir, units, job.Noun)
	}
	return writeReport(dir, []string{dir}, nil, s)
}

// plan returns the preset with the given flags put over it.
func (c *spinglassCmd) plan() (spinglass.Plan, error) {
	p, err := spinglass.Preset(c.Preset, c.P, spinglass.Method(c.Method), c.Sizes)
	if err != nil {
		return p, usageError{err}
	}
	sizes := c.Sizes
	if sizes == nil {
		for _, s := range p.Sizes {
			sizes = append(sizes, s.N)
		}
	}
	switch len(c.Disorders) {
	case 0:
	case 1:
		for i := range p.Sizes {
			p.Sizes[i].Disorders = c.Disorders[0]
		}
	case len(sizes):
		for i, n := range sizes {
			p.SetDisorders(n, c.Disorders[i])
		}
	default:
		return p, usageError{fmt.Errorf("-disorders: %d numbers for %d sizes", len(c.Disorders), len(sizes))}
	}
	override(&p.Starts, c.Starts)
	override(&p.Rate, c.Rate)
	override(&p.Settle, c.Settle)
	override(&p.Tolerance, c.Tol)
	override(&p.MaxSteps, c.MaxSteps)
	override(&p.Seed, c.Seed)
	if err := c.apply(p.Stage); err != nil {
		return p, usageError{err}
	}
	if c.Couplings != nil {
		p.Couplings = core.CouplingDistribution(*c.Couplings)
	}
	return p, nil
}

// announce says what is to be computed and about how long it takes from scratch.
func announce(e *spinglass.Experiment, p spinglass.Plan, workers int, kernels string, log io.Writer) error {
	sizes := make([]string, len(p.Sizes))
	for i, s := range p.Sizes {
		sizes[i] = fmt.Sprintf("%d x%d", s.N, s.Disorders)
	}
	fmt.Fprintf(log, "p = %d, Lambda %s disorders, %d starts of each, couplings %s, %s at rate %.4g to %v; seed %d; kernels %s\n",
		p.P, strings.Join(sizes, ", "), p.Starts, p.Couplings, p.Method, p.Rate, p.Tolerance, p.Seed, kernels)
	projected := e.Project(workers)
	_, err := fmt.Fprintf(log, "%d runs, about %v with %d workers\n", p.Runs(), projected.Round(time.Second), workers)
	return err
}
