package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/report"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	core "github.com/lossglass/lossglass/core/spinglass"
)

type spinglassCmd struct {
	Preset    string   `default:"quick" placeholder:"smoke|quick|paper" help:"Settings of the flags that are not given: smoke (seconds), quick (Lambda 25 to 250, 100 starts of each of 6 to 20 disorder samples, about a minute) or paper (Lambda 25 to 500, 1000 starts of each of 10 to 100 disorder samples) (default: quick)."`
	P         int      `default:"3" placeholder:"P" help:"Spins in an interaction; the paper's H (default: 3)."`
	Sizes     []int    `placeholder:"N" help:"Numbers of spins, Lambda."`
	Starts    *int     `placeholder:"N" help:"Random starts of each disorder sample."`
	Disorders []int    `placeholder:"D" help:"Disorder samples (draws of the couplings) of each size: one number, or one for each size."`
	Method    string   `default:"gd" placeholder:"gd|sgd|langevin|mala" help:"Gradient descent; the others first take stochastic steps: sgd the authors' stochastic gradient descent, langevin and mala Langevin dynamics at a temperature. For equilibrium take mala: its Metropolis-adjusted steps have the exact equilibrium, that of langevin is biased (default: gd)."`
	Rate      *float64 `placeholder:"R" help:"Length of a step, as a multiple of the gradient."`
	Settle    *float64 `placeholder:"G" help:"Gradient norm / sqrt(Lambda) from which on gradient descent takes steps of Chebyshev lengths, which converge sooner; 0: never."`
	Tol       *float64 `placeholder:"G" help:"Gradient norm / sqrt(Lambda) at which a descent has converged."`
	MaxSteps  *int     `placeholder:"N" help:"Largest number of steps of a descent."`
	Couplings *string  `placeholder:"gauss|sign|uniform" help:"Distribution of the couplings, with mean 0 and variance 1."`
	Seed      *uint64  `placeholder:"S" help:"Seed of all random numbers."`
	stageFlags
	Trajectory []int `placeholder:"T" help:"Also record energy and overlaps of every start after these numbers of steps, in trajectories.jsonl. Needs -settle 0. Gradient flow to time 4: -rate 0.01 -settle 0 -max-steps 400."`
	place
	Workers int `placeholder:"N" help:"Blocks of starts computed concurrently (default: one per CPU). The results do not depend on it."`
	tables
	isa
}

// stageFlags are the flags of the stochastic steps.
type stageFlags struct {
	StageSteps  *int     `placeholder:"N" help:"sgd, langevin, mala: number of stochastic steps."`
	StageRate   *float64 `placeholder:"R" help:"sgd, langevin, mala: length of the first stochastic step."`
	StageDecay  *float64 `placeholder:"D" help:"sgd: step t has the length R / (1 + D t)."`
	Parts       *int     `placeholder:"N" help:"sgd: number of parts that the couplings are split into."`
	Temperature *float64 `placeholder:"T" help:"langevin, mala: temperature."`
}

// methodFlags are the flags that not every method uses, with the methods that do.
var methodFlags = []struct {
	name    string
	methods []spinglass.Method
}{
	{"stage-steps", []spinglass.Method{spinglass.SGD, spinglass.Langevin, spinglass.MALA}},
	{"stage-rate", []spinglass.Method{spinglass.SGD, spinglass.Langevin, spinglass.MALA}},
	{"stage-decay", []spinglass.Method{spinglass.SGD}},
	{"parts", []spinglass.Method{spinglass.SGD}},
	{"temperature", []spinglass.Method{spinglass.Langevin, spinglass.MALA}},
}

// refuseUnused returns an error for a flag on the command line that the plan does not use.
func (c *spinglassCmd) refuseUnused(k *kong.Context, p spinglass.Plan) error {
	for _, f := range methodFlags {
		if flagsGiven(k, f.name) != "" && !slices.Contains(f.methods, p.Method) {
			return usageError{fmt.Errorf("-%s does nothing with -method %s: it is for %s", f.name, p.Method, join(f.methods))}
		}
	}
	return nil
}

// join lists words: "a, b and c".
func join[S ~string](words []S) string {
	text := string(words[0])
	for i, w := range words[1:] {
		if i == len(words)-2 {
			text += " and " + string(w)
		} else {
			text += ", " + string(w)
		}
	}
	return text
}

// apply changes a method's stage, nil for gd, by the given flags.
func (f stageFlags) apply(s *spinglass.Stage) {
	if s == nil {
		return
	}
	override(&s.Steps, f.StageSteps)
	override(&s.Rate, f.StageRate)
	override(&s.Decay, f.StageDecay)
	override(&s.Parts, f.Parts)
	override(&s.Temperature, f.Temperature)
}

// Help is printed by lossglass spinglass --help.
func (spinglassCmd) Help() string {
	return `Minimises the energy of spherical p-spin glasses, as the paper defines them (eq. 2), from
starts uniform on the sphere. Energies are printed per spin. The time of a step and the
memory of the couplings grow as Lambda^p.

An interrupted run keeps the blocks of up to 512 starts that are finished and, of the others, a
checkpoint every 30 seconds. The same command continues it and ends with the same bytes. The
directory then has plan.json, runs.jsonl (one
line per start), journal.jsonl (the finished blocks), timing.jsonl (where and how fast),
SHA256SUMS, report.html, report.md with figures/, glass.csv and, with -trajectory,
trajectories.jsonl. With -join, any number of processes compute one directory together; the
blocks of one that dies are taken over.`
}

func (c *spinglassCmd) Run(ctx context.Context, k *kong.Context, s streams) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	if err := c.refuseUnused(k, plan); err != nil {
		return err
	}
	x, err := newExecution(c.place, c.Workers, c.isa, s.err)
	if err != nil {
		return err
	}
	e, err := spinglass.New(plan, x.kernels)
	if err != nil {
		return err
	}
	if e, err = e.WithTrajectories(c.Trajectory); err != nil {
		return err
	}
	if x.workers, err = memory.Workers(x.workers, e.Bytes, s.err); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "%s; kernels: %s; %s\n", format.Count(plan.Runs(), "run"), x.kernels.Name, strings.Join(plan.Flags(), " "))
	if caution := plan.Caution(); caution != "" {
		fmt.Fprintln(s.err, caution)
	}
	dir, reports, err := x.compute(ctx, "spinglass-"+c.Preset, e.Job(environment.Here(x.kernels.Name, x.workers)))
	if !reports {
		return err
	}
	return writeReport(ctx, dir, []string{dir}, report.Additions{}, c.tables, s)
}

// plan returns the preset, changed by the given flags.
func (c *spinglassCmd) plan() (spinglass.Plan, error) {
	p, err := spinglass.Preset(c.Preset, c.P, spinglass.Method(c.Method), c.Sizes)
	if err != nil {
		return p, usageError{err}
	}
	if err := setDisorders(p.Sizes, c.Sizes, c.Disorders); err != nil {
		return p, err
	}
	override(&p.Starts, c.Starts)
	override(&p.Rate, c.Rate)
	override(&p.Settle, c.Settle)
	override(&p.Tolerance, c.Tol)
	override(&p.MaxSteps, c.MaxSteps)
	override(&p.Seed, c.Seed)
	c.apply(p.Stage)
	if c.Couplings != nil {
		p.Couplings = core.CouplingDistribution(*c.Couplings)
	}
	return p, nil
}

// setDisorders sets the disorder samples of a plan's sizes to those of -disorders: one number for
// all sizes, or one for each of -sizes or, if that is not given, of the plan's.
func setDisorders(planned []disorder.Size, sizes, disorders []int) error {
	if sizes == nil {
		sizes = disorder.Spins(planned)
	}
	switch len(disorders) {
	case 0:
	case 1:
		for i := range planned {
			planned[i].Disorders = disorders[0]
		}
	case len(sizes):
		for i, n := range sizes {
			if slices.Contains(sizes[:i], n) {
				return usageError{fmt.Errorf("-sizes: size %d is given twice, and -disorders a number for each", n)}
			}
			disorder.Set(planned, n, disorders[i])
		}
	default:
		return usageError{fmt.Errorf("-disorders: %s for %s", format.Count(len(disorders), "number"), format.Count(len(sizes), "size"))}
	}
	return nil
}
