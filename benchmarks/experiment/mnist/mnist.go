package mnist

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with its data, ready to be computed.
type Experiment struct {
	plan        Plan
	start       relunet.StartDistribution
	kernels     *simd.Set
	train, test *relunet.Images

	curves Curves

	// Work of this process, of all sixteen lanes.
	samples atomic.Int64 // training samples x networks
	flops   atomic.Int64 // dense-equivalent, training and evaluation
}

// New prepares the plan on the data. Its sizes may be in any order; 0 samples
// mean all there are. What New refuses is a mistake in the settings.
func New(plan Plan, data *dataset.Data, kernels *simd.Set) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	plan, err := plan.on(data)
	if err != nil {
		return nil, err
	}
	e := &Experiment{plan: plan, kernels: kernels}
	if e.start, err = relunet.ParseStartDistribution(plan.Start); err != nil {
		return nil, err
	}
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

// Plan returns the plan, complete with its data.
func (e *Experiment) Plan() Plan { return e.plan }

// Kernels returns the name of the kernels it computes with. In float64 there are
// portable ones only.
func (e *Experiment) Kernels() string {
	if e.plan.Float64 {
		return simd.Generic().Name
	}
	return e.kernels.Name
}

// Job returns the experiment as a job of one unit per pack. The environment
// goes into timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	job := experiment.Job{Plan: e.plan, Environment: environment, Noun: "packs", Rate: e.Rate}
	for _, n := range e.plan.Sizes {
		for pack := 0; pack*relunet.Lanes < e.plan.Runs; pack++ {
			job.Units = append(job.Units, e.unit(n, pack))
		}
	}
	return job
}

func (e *Experiment) unit(n, pack int) experiment.Unit {
	return experiment.Unit{
		Key:  unitKey(n, pack),
		Cost: float64(e.FLOPs(e.plan.Epochs, e.plan.Layers(n)...)),
		Run: func(ctx context.Context, progress func(float64)) ([]experiment.Line, error) {
			done := 0
			return e.runPack(ctx, n, pack, func(flops int) {
				done += flops
				progress(float64(done))
			})
		},
	}
}

func unitKey(n, pack int) string { return fmt.Sprintf("n=%d pack=%d", n, pack) }

// TrainFLOPs returns the dense-equivalent floating-point operations of training
// one network with those hidden layers on one sample: 2 for each weight in the
// forward pass, 2 in its gradient and, after the first layer, 2 in the deltas of
// the layer before; biases, softmax and update not counted. A network 100-n-10
// has 460 n.
func TrainFLOPs(hidden ...int) int {
	return 3*EvaluateFLOPs(hidden...) - 2*dataset.Size*hidden[0]
}

// EvaluateFLOPs returns those of evaluating one network on one sample, 2 for each
// weight: a network 100-n-10 has 220 n.
func EvaluateFLOPs(hidden ...int) int {
	flops := 0
	widths := network(hidden)
	for i, units := range widths[1:] {
		flops += 2 * widths[i] * units
	}
	return flops
}

// FLOPs returns the dense-equivalent work of training a pack for so many
// epochs and evaluating it: what Train tells its progress function in all.
func (e *Experiment) FLOPs(epochs int, hidden ...int) int {
	return relunet.Lanes * (epochs*e.plan.TrainSamples*TrainFLOPs(hidden...) +
		(e.plan.TrainSamples+e.plan.TestSamples)*EvaluateFLOPs(hidden...))
}

// Rate is an experiment.Job.Rate.
func (e *Experiment) Rate(elapsed time.Duration) string {
	s := elapsed.Seconds()
	return fmt.Sprintf("%.2f M samples x networks/s, %.1f GFLOP/s dense",
		float64(e.samples.Load())/s/1e6, float64(e.flops.Load())/s/1e9)
}

// runPack trains one pack of the plan and returns a line for each run that the
// plan asks for.
func (e *Experiment) runPack(ctx context.Context, n, pack int, progress func(flops int)) ([]experiment.Line, error) {
	c := e.newCurve(n, pack)
	runs, err := e.record(ctx, e.trial(e.plan.Layers(n), pack), c, progress)
	if err != nil {
		return nil, err
	}
	if err := c.write(); err != nil {
		return nil, err
	}
	var lines []experiment.Line
	for _, r := range runs[:min(relunet.Lanes, e.plan.Runs-pack*relunet.Lanes)] {
		line, err := experiment.NewLine(r)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// trial returns one pack of the plan's settings.
func (e *Experiment) trial(hidden []int, pack int) Trial {
	p := e.plan
	t := Trial{Hidden: hidden, Pack: pack, Batch: p.Batch, Epochs: p.Epochs}
	for lane := range relunet.Lanes {
		t.Courses = append(t.Courses, Course{pack*relunet.Lanes + lane, e.start, p.Law, p.Rate, p.Decay})
	}
	return t
}

// Train trains and evaluates one pack on the experiment's data and seed and
// returns the results of its courses, in order. Which networks share the pack
// makes no difference to any of them. It tells progress the dense-equivalent
// work done since it last did, and stops with ctx.Err() when ctx is cancelled.
func (e *Experiment) Train(ctx context.Context, trial Trial, progress func(flops int)) ([]Run, error) {
	return e.record(ctx, trial, nil, progress)
}

// record is Train with a learning curve, if it is not nil.
func (e *Experiment) record(ctx context.Context, trial Trial, c *curve, progress func(flops int)) ([]Run, error) {
	work := func(samples, flopsEach int) {
		flops := relunet.Lanes * samples * flopsEach
		e.flops.Add(int64(flops))
		progress(flops)
	}
	t := e.begin(trial)
	atEpoch := func(epochs int) error {
		return c.record(epochs, func() (train, test *evaluation, err error) {
			return e.evaluate(ctx, t.pack, func(int) {})
		})
	}
	diverged, err := t.allEpochs(ctx, atEpoch, func(samples int) {
		e.samples.Add(int64(relunet.Lanes * samples))
		work(samples, TrainFLOPs(trial.Hidden...))
	})
	if err != nil {
		return nil, err
	}
	train, test, err := e.evaluate(ctx, t.pack, func(samples int) { work(samples, EvaluateFLOPs(trial.Hidden...)) })
	if err != nil {
		return nil, err
	}

	runs := make([]Run, len(trial.Courses))
	for lane, course := range trial.Courses {
		r := Run{N: units(trial.Hidden), Run: course.Run, Seed: e.plan.Seed, Data: e.plan.Data, Epochs: trial.Epochs, Float64: e.plan.Float64}
		if len(trial.Hidden) > 1 {
			r.Hidden = LayersText(trial.Hidden)
		}
		if diverged[lane] > 0 {
			r.diverge(diverged[lane])
		} else {
			digest := t.pack.digest(lane)
			r.WeightsSHA256 = hex.EncodeToString(digest[:])
			r.TrainLoss, r.TrainAccuracy = train.of(lane)
			r.TestLoss, r.TestAccuracy = test.of(lane)
		}
		runs[lane] = r
	}
	return runs, nil
}

// An evaluation is a pack's performance on some images.
type evaluation struct {
	images  int
	loss    [relunet.Lanes]float64
	correct [relunet.Lanes]int
}

func (e *evaluation) of(lane int) (loss, accuracy Measure) {
	return Measure(e.loss[lane]), Measure(float64(e.correct[lane]) / float64(e.images))
}

// evaluate returns the networks' performance on the training and the test images.
func (e *Experiment) evaluate(ctx context.Context, p pack, progress func(samples int)) (train, test *evaluation, err error) {
	if train, err = evaluate(ctx, p, e.train, progress); err != nil {
		return nil, nil, err
	}
	test, err = evaluate(ctx, p, e.test, progress)
	return train, test, err
}

func evaluate(ctx context.Context, p pack, im *relunet.Images, progress func(samples int)) (*evaluation, error) {
	before := 0
	loss, correct, err := p.Evaluate(ctx, im, func(done int) {
		progress(done - before)
		before = done
	})
	if err != nil {
		return nil, err
	}
	return &evaluation{im.Len(), loss, correct}, nil
}
