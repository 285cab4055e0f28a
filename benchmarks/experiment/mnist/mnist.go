package mnist

import (
	"context"
	"fmt"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with its images. It is immutable.
type Experiment struct {
	plan        Plan
	kernels     *simd.Set
	train, test *relunet.Images
	there       int // images of the data set
	curveEvery  int // epochs; 0: no learning curves
}

// Load is [New] on the data that the options name, which are loaded if the settings of
// the plan are possible. It returns the data too, and a [*memory.Error] if one worker would
// need more memory than there is.
func Load(ctx context.Context, plan Plan, options dataset.Options, kernels *simd.Set) (*Experiment, *dataset.Data, error) {
	if err := plan.Validate(); err != nil {
		return nil, nil, &experiment.SettingsError{Err: err}
	}
	if _, err := memory.Fit(1, plan.Bytes, memory.Available()); err != nil {
		return nil, nil, err
	}
	data, err := dataset.Load(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	e, err := interrupt.Await(ctx, func() (*Experiment, error) { return prepare(plan, data, kernels) })
	if err == nil && plan.Batch > e.plan.TrainSamples {
		err = &experiment.SettingsError{Err: fmt.Errorf("minibatch of %d: there are %d training images", plan.Batch, e.plan.TrainSamples)}
	}
	return e, data, err
}

// New prepares a plan on the given data. The sizes of the plan may be in any order;
// 0 samples mean all images. A mistake in the settings is an [*experiment.SettingsError].
func New(plan Plan, data *dataset.Data, kernels *simd.Set) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	return prepare(plan, data, kernels)
}

// prepare returns the experiment of a valid plan.
func prepare(plan Plan, data *dataset.Data, kernels *simd.Set) (*Experiment, error) {
	plan, err := plan.on(data)
	if err == nil {
		err = plan.ValidateStored() // nothing is computed that could not be read
	}
	if err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	e := &Experiment{plan: plan, kernels: kernels, there: data.Train.Len() + data.Test.Len()}
	if e.train, err = images(data.Train.Head(plan.TrainSamples)); err != nil {
		return nil, err
	}
	if e.test, err = images(data.Test.Head(plan.TestSamples)); err != nil {
		return nil, err
	}
	return e, nil
}

func images(set dataset.Set) (*relunet.Images, error) {
	return relunet.NewImages(set.Pixels, set.Labels, dataset.Size, dataset.Classes)
}

// WithCurves returns the experiment with a job that also records the learning curve of
// every run: its losses before the first epoch, after each `every` epochs, and at the
// end. They are written to the sidecar curves.jsonl; the results do not depend on them. A
// mistake is an [*experiment.SettingsError].
func (e *Experiment) WithCurves(every int) (*Experiment, error) {
	if err := e.plan.ValidateCurves(every); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	with := *e
	with.curveEvery = every
	return &with, nil
}

// Plan returns the plan, completed with the properties of the data.
func (e *Experiment) Plan() Plan { return e.plan }

// Kernels returns the name of the instruction set it computes with. For float64 there
// are portable kernels only.
func (e *Experiment) Kernels() string {
	if e.plan.Float64 {
		return simd.Generic().Name
	}
	return e.kernels.Name
}

// Job returns the experiment as a job with one unit per pack. The environment is
// recorded in timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	job := experiment.Job{Plan: e.plan, Extends: e.plan.Extends, UnitOf: UnitOf, Environment: environment, Runs: e.plan.TotalRuns(), Noun: "pack", Sidecar: curvesName, Recording: e.curveEvery > 0, Command: e.plan.command(), Speed: Speed}
	for _, p := range e.plan.Packs() {
		flops := e.FLOPs(p)
		job.Units = append(job.Units, experiment.Unit{Key: p.Key(), Runs: len(p.Networks), Cost: flops, FLOPs: flops, Run: unit{e, p}.run})
	}
	return job
}

// A unit computes one pack of the plan.
type unit struct {
	*Experiment
	pack Pack
}

func (u unit) run(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (out experiment.Output, err error) {
	var c *curve
	if u.curveEvery > 0 {
		c = &curve{every: u.curveEvery, pack: u.pack}
	}
	runs, _, err := u.trainPack(ctx, u.pack, c, report, saved)
	if err != nil {
		return out, err
	}
	for _, r := range runs {
		line, err := experiment.NewLine(r)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, line)
	}
	if c != nil {
		out.Sidecar = c.lines.Bytes()
	}
	return out, nil
}

// TrainFLOPs returns the dense-equivalent floating-point operations of training one
// network with the given hidden layers on one sample, a whole number: for each weight 2 in the forward
// pass, 2 in its gradient and, after the first layer, 2 in the deltas of the layer
// before. Biases, softmax and the update are not counted. A network 100-n-10 has 460 n.
func TrainFLOPs(hidden ...int) float64 {
	return 3*EvaluateFLOPs(hidden...) - 2*dataset.Size*float64(hidden[0])
}

// EvaluateFLOPs returns the floating-point operations of evaluating one network on one
// sample, 2 for each weight. A network 100-n-10 has 220 n.
func EvaluateFLOPs(hidden ...int) float64 {
	flops := 0.0
	widths := network(hidden)
	for i, units := range widths[1:] {
		flops += 2 * float64(widths[i]) * float64(units)
	}
	return flops
}

// FLOPs returns the dense-equivalent operations of training a pack and evaluating it
// once: the FLOPs that Train reports, unless it finds that some epochs change nothing.
func (e *Experiment) FLOPs(p Pack) float64 {
	train := float64(p.Epochs) * float64(e.plan.TrainSamples) * TrainFLOPs(p.Hidden...)
	evaluate := float64(e.plan.TrainSamples+e.plan.TestSamples) * EvaluateFLOPs(p.Hidden...)
	return relunet.Lanes * (train + evaluate)
}

// Speed is an experiment.Job.Speed for the work that Train reports: its items are training
// samples x networks. The operations are not shown: they are dense-equivalent, and of zero
// pixels most are skipped, so that their rate can exceed what the CPU could do.
func Speed(done experiment.Work, elapsed time.Duration) string {
	s := elapsed.Seconds()
	return fmt.Sprintf("%.2f M samples x networks/s", done.Items/s/1e6)
}
