package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// An Experiment is a plan with its images. It is immutable.
type Experiment struct {
	plan     Plan
	networks *mnist.Experiment
	kernels  *simd.Set
	threads  int
	spectra  bool
	digests  map[[2]int]string // of the weights, by n and run; nil: not known
	from     string            // where the digests come from
}

// Load is [mnist.Load] for the networks of the plan, whose Hessians are computed by the given
// number of threads for each worker. It returns a [*memory.Error], before it reads the data,
// if one worker would need more memory than there is.
func Load(ctx context.Context, plan Plan, options dataset.Options, kernels *simd.Set) (*Experiment, error) {
	if err := plan.Validate(); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	if _, err := memory.Fit(1, plan.Bytes, memory.Available()); err != nil {
		return nil, fmt.Errorf("the Hessian of a network with %d hidden units has %d rows: %w", plan.largest(), Parameters(plan.largest()), err)
	}
	networks, _, err := mnist.Load(ctx, plan.Plan, options, kernels)
	if err != nil {
		return nil, err
	}
	return New(networks, kernels).WithContinuation(plan.Continue)
}

// New returns the experiment of the networks of one of package mnist, whose plan is that of this
// package, see [Of].
func New(networks *mnist.Experiment, kernels *simd.Set) *Experiment {
	return &Experiment{plan: Plan{Plan: networks.Plan()}, networks: networks, kernels: kernels, threads: 1}
}

// WithContinuation returns the experiment whose trainings are continued with so many Hessians at
// most, none if it is 0. A mistake is an [*experiment.SettingsError].
func (e *Experiment) WithContinuation(hessians int) (*Experiment, error) {
	with := *e
	with.plan.Continue = hessians
	if err := with.plan.Validate(); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	return &with, nil
}

// WithThreads returns the experiment with that many threads for each worker.
func (e *Experiment) WithThreads(threads int) *Experiment {
	with := *e
	with.threads = max(1, threads)
	return &with
}

// WithSpectra returns the experiment with a job that also records the spectral density of the
// first network of every pack, in the sidecar spectra.jsonl. The results do not depend on it.
func (e *Experiment) WithSpectra() *Experiment {
	with := *e
	with.spectra = true
	return &with
}

// WithDigests returns the experiment with a job that fails if the weights of a trained
// network are not those of the same run among these, which come from a directory.
func (e *Experiment) WithDigests(runs []mnist.Run, dir string) *Experiment {
	with := *e
	with.from, with.digests = dir, make(map[[2]int]string)
	for _, r := range runs {
		with.digests[[2]int{r.N, r.Run}] = r.WeightsSHA256
	}
	return &with
}

// Plan returns the plan, completed with the properties of the data.
func (e *Experiment) Plan() Plan { return e.plan }

// Job returns the experiment as a job with one unit per pack of sixteen networks. The
// environment is recorded in timing.jsonl.
func (e *Experiment) Job(environment any) experiment.Job {
	job := experiment.Job{Plan: e.plan, Extends: e.plan.Extends, UnitOf: mnist.UnitOf, Environment: environment, Runs: e.plan.TotalRuns(), Noun: "pack", Sidecar: spectraName, Recording: e.spectra, Command: e.plan.command(), Speed: speed}
	for _, p := range e.plan.Packs() {
		flops := e.flops(p)
		job.Units = append(job.Units, experiment.Unit{Key: p.Key(), Runs: len(p.Networks), Cost: flops, FLOPs: flops, Run: unit{e, p}.run})
	}
	return job
}

// speed is an experiment.Job.Speed whose items are networks.
func speed(done experiment.Work, elapsed time.Duration) string {
	return fmt.Sprintf("%.2f networks/min", done.Items/elapsed.Minutes())
}

// flops returns about the floating-point operations of a pack.
func (e *Experiment) flops(p mnist.Pack) float64 {
	each := pointFLOPs(e.plan.TrainSamples, p.N())
	if e.plan.Continue > 0 {
		each += e.continuationFLOPs(p.N())
	}
	return e.trainFLOPs(p) + float64(len(p.Networks))*each
}

// trainFLOPs returns the floating-point operations of the training of a pack, if no epoch is left out.
func (e *Experiment) trainFLOPs(p mnist.Pack) float64 {
	return relunet.Lanes * float64(p.Epochs) * float64(e.plan.TrainSamples) * mnist.TrainFLOPs(p.Hidden...)
}

// continuationFLOPs returns about the floating-point operations of a training that is continued with all
// Hessians that are allowed.
func (e *Experiment) continuationFLOPs(n int) float64 {
	travel := float64(min(e.plan.Continue, travelHessians) * travelGradients)
	return float64(e.plan.Continue)*hessianFLOPs(e.plan.TrainSamples, n, 1) + travel*gradientFLOPs(e.plan.TrainSamples, n) + pointFLOPs(e.plan.TrainSamples, n)
}

// gradientFLOPs returns about the floating-point operations of a gradient.
func gradientFLOPs(images, n int) float64 { return float64(images) * mnist.TrainFLOPs(n) }

// hessianFLOPs returns about how many floating-point operations take as long as a Hessian and a number of
// factorisations. Of the p (p + 1) of an image, most are skipped, since pixels or units are zero; what remains, and the
// copying of it, takes as long as half of them.
func hessianFLOPs(images, n, factorisations int) float64 {
	p := float64(Parameters(n))
	return float64(images)*p*p/2 + float64(factorisations)*p*p*p/3
}

// pointFLOPs returns about the floating-point operations of a point: the Hessian and the counts.
func pointFLOPs(images, n int) float64 { return hessianFLOPs(images, n, 0) + countsFLOPs(n) }

// countsFLOPs returns about the floating-point operations of the counts at all thresholds: two factorisations for each,
// and one for the first margin.
func countsFLOPs(n int) float64 { return hessianFLOPs(0, n, 2*len(Thresholds())+1) }

// Parameters returns the number of parameters of a network with n hidden units, which is the
// number of rows of its Hessian: 111 n + 10.
func Parameters(n int) int { return relunet.Params(dataset.Size, n, dataset.Classes) }

func (p Plan) largest() int {
	most := 0
	for _, n := range p.Sizes {
		most = max(most, n)
	}
	return most
}

// Bytes returns the memory that a process takes at most while a number of workers, with one thread each, computes
// the plan.
func (p Plan) Bytes(workers int) float64 { return p.bytes(workers, 1) }

// bytes returns the memory that a process takes at most while a number of workers, each with so many threads, computes
// the plan.
func (p Plan) bytes(workers, threads int) float64 {
	n, images := p.largest(), dataset.TrainImages
	if p.TrainSamples > 0 {
		images = p.TrainSamples
	}
	vectors := 8 * float64(Parameters(n)) * (lanczosSteps + 300)
	each := relunet.HessianBytes(images, threads, dataset.Size, n, dataset.Classes) + vectors
	return p.Plan.Bytes(workers) + float64(min(workers, len(p.Packs())))*each
}

// Bytes returns the memory that a process takes at most while a number of workers, each with the experiment's threads,
// computes the plan.
func (e *Experiment) Bytes(workers int) float64 { return e.plan.bytes(workers, e.threads) }

// A unit computes one pack of the plan.
type unit struct {
	*Experiment
	pack mnist.Pack
}

// A savedUnit is what is finished of a pack whose networks are not all measured. The networks
// are trained again, which with 100 units takes about as long as a Hessian.
type savedUnit struct {
	Lines   []json.RawMessage
	Spectra bool // whether they are recorded
	Sidecar []byte
}

// restore returns what a process saved, unless it lacks the spectra that this one records.
func (u unit) restore(saved *experiment.Checkpoint) savedUnit {
	done := savedUnit{Spectra: u.spectra}
	saved.Load(func(state []byte) error {
		var there savedUnit
		if err := json.Unmarshal(state, &there); err != nil {
			return err
		}
		if len(there.Lines) > len(u.pack.Networks) {
			return errors.New("it is not a state of this pack")
		}
		if u.spectra && !there.Spectra {
			return errors.New("it has no spectra")
		}
		done.Lines = there.Lines
		if u.spectra {
			done.Sidecar = there.Sidecar
		}
		return nil
	})
	return done
}

// save saves what is finished of a unit, if there is anything.
func (s savedUnit) save(to *experiment.Checkpoint) {
	if len(s.Lines) == 0 {
		return
	}
	state, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is plain data
	}
	to.Save(state)
}

func (u unit) run(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (out experiment.Output, err error) {
	done := u.restore(saved)
	defer func() {
		if ctx.Err() != nil {
			done.save(saved)
		}
	}()
	left := u.trainFLOPs(u.pack)
	networks, weights, err := u.networks.TrainParameters(ctx, u.pack, func(w experiment.Work) {
		report(experiment.Work{FLOPs: w.FLOPs})
		left -= w.FLOPs
	})
	if err != nil {
		return out, err
	}
	report(experiment.Work{FLOPs: max(0, left)}) // of epochs that changed nothing any more
	for _, network := range networks {
		if err := u.compareDigests(network); err != nil {
			return out, err
		}
	}
	for i := len(done.Lines); i < len(networks); i++ {
		line, spectrum, err := u.measure(ctx, networks[i], weights[i], report)
		if err != nil {
			return out, err
		}
		done.Lines, done.Sidecar = append(done.Lines, line), append(done.Sidecar, spectrum...)
		if saved.Due() {
			done.save(saved)
		}
	}
	for _, text := range done.Lines {
		line, err := experiment.NewLine(text)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, line)
	}
	out.Sidecar = done.Sidecar
	return out, nil
}

// compareDigests returns an error if the weights of a run are not those that are known.
func (u unit) compareDigests(r mnist.Run) error {
	want, ok := u.digests[[2]int{r.N, r.Run}]
	if ok && want != r.WeightsSHA256 {
		return fmt.Errorf("n=%d run=%d: weights_sha256 is %q, in %s it is %q", r.N, r.Run, r.WeightsSHA256, u.from, want)
	}
	return nil
}

// measure returns the line of a trained network, and the lines of its spectrum if they are
// recorded.
func (u unit) measure(ctx context.Context, network mnist.Run, weights []float64, report func(experiment.Work)) (line, spectrum []byte, err error) {
	r := Run{Run: network}
	if !network.Diverged() {
		runtime.GC() // the last Hessian, before the next one is allocated
		m := &measurement{ctx: ctx, kernels: u.kernels, threads: u.threads, n: network.N, images: u.plan.TrainSamples, weights: weights, loss: u.networks.TrainLoss(u.threads, network.N),
			report: func(flops float64) { report(experiment.Work{FLOPs: flops}) }}
		if r.Point, err = m.point(); err != nil {
			return nil, nil, fmt.Errorf("run=%d: %w", network.Run, err)
		}
		if u.spectra && network.Run%relunet.Lanes == 0 {
			if spectrum, err = m.spectrum(network.Run); err != nil {
				return nil, nil, fmt.Errorf("run=%d: %w", network.Run, err)
			}
		}
		if u.plan.Continue > 0 {
			if r.Continuation, err = m.continued(u.plan.Continue); err != nil {
				return nil, nil, fmt.Errorf("run=%d: continued: %w", network.Run, err)
			}
		}
	}
	if err := r.ValidateStored(u.plan); err != nil { // a line that nothing reads is noticed now, not when all are there
		return nil, nil, fmt.Errorf("run=%d: %w", network.Run, err)
	}
	report(experiment.Work{Items: 1})
	line, err = json.Marshal(r)
	return line, spectrum, err
}

// noLimit is the memory that a Hessian may take: Bytes has been compared with what there is.
var noLimit = math.Inf(1)
