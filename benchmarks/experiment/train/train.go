package train

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with its data, ready to be computed.
type Experiment struct {
	plan        Plan
	start       relunet.Start
	kernels     *simd.Kernels
	train, test *relunet.Images

	curves Curves

	// Work of this process, of all sixteen lanes.
	samples atomic.Int64 // training samples x networks
	flops   atomic.Int64 // dense-equivalent, training and evaluation
}

// New prepares the plan on the data. Its sizes may be in any order; 0 samples
// mean all there are. What New refuses is a mistake in the settings.
func New(plan Plan, data *mnist.Data, kernels *simd.Kernels) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	plan, err := plan.on(data)
	if err != nil {
		return nil, err
	}
	e := &Experiment{plan: plan, kernels: kernels}
	if e.start, err = relunet.ParseStart(plan.Start); err != nil {
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

func images(set mnist.Set) (*relunet.Images, error) {
	return relunet.NewImages(set.Pixels, set.Labels, mnist.Size, mnist.Classes)
}

// Plan returns the plan, complete with its data.
func (e *Experiment) Plan() Plan { return e.plan }

// Kernels returns the name of the kernels it computes with.
func (e *Experiment) Kernels() string { return e.kernels.Name }

// Job returns the experiment as a job of one unit per pack. The environment
// goes into timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	job := experiment.Job{Plan: e.plan, Environment: environment, Noun: "packs", Rate: e.Rate}
	for _, n := range e.plan.Sizes {
		for pack := 0; pack*simd.Lanes < e.plan.Runs; pack++ {
			job.Units = append(job.Units, e.unit(n, pack))
		}
	}
	return job
}

func (e *Experiment) unit(n, pack int) experiment.Unit {
	return experiment.Unit{
		Key:  unitKey(n, pack),
		Cost: float64(e.FLOPs(n, e.plan.Epochs)),
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
// one network 100-n-10 on one sample, 460 n: forward 2 (100 n + 10 n), backward
// 2 (100 n + 2*10 n), biases, softmax and update not counted.
func TrainFLOPs(n int) int { return EvaluateFLOPs(n) + 2*(mnist.Size*n+2*mnist.Classes*n) }

// EvaluateFLOPs returns those of evaluating one network on one sample, 220 n.
func EvaluateFLOPs(n int) int { return 2 * (mnist.Size*n + mnist.Classes*n) }

// FLOPs returns the dense-equivalent work of training a pack for so many
// epochs and evaluating it: what Train tells its progress function in all.
func (e *Experiment) FLOPs(n, epochs int) int {
	return simd.Lanes * (epochs*e.plan.TrainSamples*TrainFLOPs(n) +
		(e.plan.TrainSamples+e.plan.TestSamples)*EvaluateFLOPs(n))
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
	runs, err := e.record(ctx, e.trial(n, pack), c, progress)
	if err != nil {
		return nil, err
	}
	if err := c.write(); err != nil {
		return nil, err
	}
	var lines []experiment.Line
	for _, r := range runs[:min(simd.Lanes, e.plan.Runs-pack*simd.Lanes)] {
		line, err := experiment.NewLine(r)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// trial returns one pack of the plan.
func (e *Experiment) trial(n, pack int) Trial {
	p := e.plan
	t := Trial{N: n, Pack: pack, Batch: p.Batch, Epochs: p.Epochs}
	for lane := range simd.Lanes {
		t.Courses = append(t.Courses, Course{pack*simd.Lanes + lane, e.start, p.Law, p.Rate, p.Decay})
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
		flops := simd.Lanes * samples * flopsEach
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
		e.samples.Add(int64(simd.Lanes * samples))
		work(samples, TrainFLOPs(trial.N))
	})
	if err != nil {
		return nil, err
	}
	train, test, err := e.evaluate(ctx, t.pack, func(samples int) { work(samples, EvaluateFLOPs(trial.N)) })
	if err != nil {
		return nil, err
	}

	runs := make([]Run, len(trial.Courses))
	params := make([]float32, relunet.Params(mnist.Size, trial.N, mnist.Classes))
	for lane, course := range trial.Courses {
		r := Run{N: trial.N, Run: course.Run, Seed: e.plan.Seed, Data: e.plan.Data, Epochs: trial.Epochs}
		if diverged[lane] > 0 {
			r.diverge(diverged[lane])
		} else {
			t.pack.Network(lane, params)
			digest := relunet.Digest(params)
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
	loss    [simd.Lanes]float64
	correct [simd.Lanes]int
}

func (e *evaluation) of(lane int) (loss, accuracy Measure) {
	return Measure(e.loss[lane]), Measure(float64(e.correct[lane]) / float64(e.images))
}

// evaluate returns the networks' performance on the training and the test images.
func (e *Experiment) evaluate(ctx context.Context, p *relunet.Pack, progress func(samples int)) (train, test *evaluation, err error) {
	if train, err = evaluate(ctx, p, e.train, progress); err != nil {
		return nil, nil, err
	}
	test, err = evaluate(ctx, p, e.test, progress)
	return train, test, err
}

func evaluate(ctx context.Context, p *relunet.Pack, im *relunet.Images, progress func(samples int)) (*evaluation, error) {
	e := &evaluation{images: im.Len()}
	before := 0
	e.loss, e.correct = p.Evaluate(im, func(done int) bool {
		progress(done - before)
		before = done
		return ctx.Err() == nil
	})
	return e, ctx.Err()
}
