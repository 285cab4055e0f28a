package anneal

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/anneal"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with its images. It is immutable.
type Experiment struct {
	plan     Plan
	networks *mnist.Experiment
	kernels  *simd.Set
}

// Load is [New] on the data that the options name, which are loaded if the settings of the
// plan are possible. It returns a [*memory.Error] if one worker would need more memory than
// there is.
func Load(ctx context.Context, plan Plan, options dataset.Options, kernels *simd.Set) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	if _, err := memory.Fit(1, plan.Bytes, memory.Available()); err != nil {
		return nil, err
	}
	networks, _, err := mnist.Load(ctx, plan.Plan, options, kernels)
	if err != nil {
		return nil, err
	}
	return newExperiment(plan, networks, kernels), nil
}

// New prepares a plan on the given data. A mistake in the settings is an
// [*experiment.SettingsError].
func New(plan Plan, data *dataset.Data, kernels *simd.Set) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	networks, err := mnist.New(plan.Plan, data, kernels)
	if err != nil {
		return nil, err
	}
	return newExperiment(plan, networks, kernels), nil
}

func newExperiment(plan Plan, networks *mnist.Experiment, kernels *simd.Set) *Experiment {
	plan.Plan = networks.Plan()
	return &Experiment{plan, networks, kernels}
}

// Plan returns the plan, completed with the properties of the data.
func (e *Experiment) Plan() Plan { return e.plan }

// Job returns the experiment as a job with one unit per pack of sixteen networks. The
// environment is recorded in timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	job := experiment.Job{Plan: e.plan, Extends: e.plan.Extends, UnitOf: mnist.UnitOf, Environment: environment, Runs: e.plan.TotalRuns(), Noun: "pack", Command: e.plan.command(), Speed: speed}
	for _, p := range e.plan.Packs() {
		flops := 2 * float64(e.plan.Epochs) * e.sweepFLOPs(p)
		job.Units = append(job.Units, experiment.Unit{Key: p.Key(), Runs: len(p.Networks), Cost: flops, FLOPs: flops, Run: unit{e, p}.run})
	}
	return job
}

// sweepFLOPs returns about the floating-point operations of a sweep: of a unit's activation, the
// logits and the loss of the images on which a parameter has an influence, some 40 %.
func (e *Experiment) sweepFLOPs(p mnist.Pack) float64 {
	const loss, share = 200, 0.4
	return share * relunet.Lanes * changes(e.plan, p.N()) * (2*dataset.Size + 2*dataset.Classes*float64(p.N()) + loss)
}

// changes returns how many times the loss of an image with one parameter changed is asked for in
// a sweep of a network.
func changes(p Plan, n int) float64 {
	return float64(p.TrainSamples) * float64(Parameters(n))
}

// Parameters returns the number of parameters of a network with n hidden units: 111 n + 10.
func Parameters(n int) int { return relunet.Params(dataset.Size, n, dataset.Classes) }

// speed is an experiment.Job.Speed whose items are losses of an image with one parameter changed.
func speed(done experiment.Work, elapsed time.Duration) string {
	return fmt.Sprintf("%.0f M losses/s", done.Items/elapsed.Seconds()/1e6)
}

// Bytes is [Plan.Bytes].
func (e *Experiment) Bytes(workers int) float64 { return e.plan.Bytes(workers) }

// A unit computes one pack of the plan.
type unit struct {
	*Experiment
	pack mnist.Pack
}

func (u unit) run(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (out experiment.Output, err error) {
	descended, err := u.networks.Train(ctx, u.pack, func(experiment.Work) {}, nil) // which takes seconds
	if err != nil {
		return out, err
	}
	s := u.restore(saved)
	for stage := len(s.Endings); stage < len(stages); stage++ {
		endings, err := u.anneal(ctx, stages[stage], &s, report, saved)
		if err != nil {
			return out, err
		}
		s = savedUnit{Endings: append(s.Endings, endings)}
	}
	for i, r := range descended {
		line, err := experiment.NewLine(Run{Run: r, Annealed: s.Endings[0][i], ThreeValued: s.Endings[1][i]})
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// A stage is an annealing of a pack. Its random numbers are those of its name.
type stage struct {
	name  string
	moves func(p Plan) (m anneal.Moves, hot, cooling float64)
	start func(u unit) [][]float32
}

var stages = []stage{{
	"anneal/real",
	func(p Plan) (anneal.Moves, float64, float64) {
		return anneal.Real{Step: float32(p.Step), Box: float32(p.Box)}, p.Hot, p.Cooling
	},
	func(u unit) [][]float32 { return u.networks.Starts(u.pack) },
}, {
	"anneal/three-valued",
	func(p Plan) (anneal.Moves, float64, float64) {
		return anneal.ThreeValued{}, p.ThreeValueHot, p.ThreeValueCooling
	},
	func(u unit) [][]float32 {
		starts, streams := make([][]float32, relunet.Lanes), u.streams("anneal/three-valued/start")
		for lane := range starts {
			starts[lane] = make([]float32, Parameters(u.pack.N()))
			anneal.DrawThreeValued(starts[lane], streams[lane])
		}
		return starts
	},
}}

// streams returns the random streams of that name of the runs of the pack, in lanes. Spare lanes
// repeat the first run.
func (u unit) streams(name string) (all [relunet.Lanes]*stream.Stream) {
	for lane := range all {
		run := u.pack.Networks[0].Run
		if lane < len(u.pack.Networks) {
			run = u.pack.Networks[lane].Run
		}
		all[lane] = stream.New(u.plan.Seed, name, uint64(u.pack.N()), uint64(run))
	}
	return all
}

// anneal computes the sweeps of a stage that a state lacks, and returns how they end.
func (u unit) anneal(ctx context.Context, g stage, s *savedUnit, report func(experiment.Work), saved *experiment.Checkpoint) ([]Ending, error) {
	train, _ := u.networks.Images()
	networks := relunet.NewPack(u.kernels, dataset.Size, u.pack.N(), dataset.Classes)
	begun := s.Weights != nil
	if !begun {
		s.Weights = g.start(u)
	}
	for lane, params := range s.Weights {
		networks.SetNetwork(lane, params)
	}
	moves, hot, cooling := g.moves(u.plan)
	order := stream.New(u.plan.Seed, g.name+"/order", uint64(u.pack.N()), uint64(u.pack.Number))
	walk := anneal.New(relunet.NewVariation(networks, train), moves, order, u.streams(g.name))
	if begun {
		if err := walk.SetState(s.Walk); err != nil {
			return nil, err
		}
	}
	for _, temperature := range u.plan.temperatures(hot, cooling)[s.Sweeps:] {
		accepted, tried, err := walk.Sweep(ctx, temperature)
		if err != nil {
			s.save(saved)
			return nil, err
		}
		s.Accepted, s.Tried = accepted, tried
		s.Sweeps++
		for lane := range s.Weights {
			networks.Network(lane, s.Weights[lane])
		}
		if s.Walk, err = walk.State(); err != nil {
			return nil, err
		}
		if saved.Due() {
			s.save(saved)
		}
		report(experiment.Work{Items: relunet.Lanes * changes(u.plan, u.pack.N()), FLOPs: u.sweepFLOPs(u.pack)})
	}
	return u.endings(ctx, networks, s)
}

// endings describes annealed networks.
func (u unit) endings(ctx context.Context, networks *relunet.Pack[float32], s *savedUnit) ([]Ending, error) {
	train, test, err := u.networks.Evaluation(ctx, networks)
	if err != nil {
		return nil, err
	}
	var all []Ending
	for lane := range u.pack.Networks {
		digest := relunet.Digest(s.Weights[lane])
		e := Ending{Accepted: s.Accepted[lane], Changes: s.Tried[lane], WeightsSHA256: hex.EncodeToString(digest[:])}
		e.TrainLoss, e.TrainAccuracy = train(lane)
		e.TestLoss, e.TestAccuracy = test(lane)
		all = append(all, e)
	}
	return all, nil
}

// A savedUnit is what is finished of a pack: the ends of the first stages and, of the stage
// under way, the parameters and the state after some sweeps, and what the last of them accepted.
type savedUnit struct {
	Endings         [][]Ending
	Sweeps          int
	Weights         [][]float32
	Walk            anneal.State
	Accepted, Tried [relunet.Lanes]int // changes
}

// restore returns what a process saved.
func (u unit) restore(saved *experiment.Checkpoint) (s savedUnit) {
	saved.Load(func(state []byte) error {
		var there savedUnit
		if err := json.Unmarshal(state, &there); err != nil {
			return err
		}
		fits := len(there.Endings) < len(stages) && there.Sweeps >= 1 && there.Sweeps <= u.plan.Epochs &&
			len(there.Weights) == relunet.Lanes && len(there.Walk.Steps) == Parameters(u.pack.N())
		for _, endings := range there.Endings {
			fits = fits && len(endings) == len(u.pack.Networks)
		}
		for _, params := range there.Weights {
			fits = fits && len(params) == Parameters(u.pack.N())
		}
		if !fits {
			return errors.New("it is not a state of this pack")
		}
		s = there
		return nil
	})
	return s
}

// save saves the state of a stage, if it has one sweep at least.
func (s *savedUnit) save(to *experiment.Checkpoint) {
	if s.Sweeps == 0 {
		return
	}
	state, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is plain data
	}
	to.Save(state)
}
