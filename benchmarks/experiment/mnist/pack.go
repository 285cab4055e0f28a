package mnist

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
)

// A Pack is up to sixteen networks that are trained together, with the same layers,
// epochs and minibatches.
type Pack struct {
	Hidden   []int // widths of the hidden layers
	Number   int   // determines the order of the minibatches; the runs of a plan with this order are 16 Number to 16 Number + 15
	Batch    int   // samples of a minibatch
	Epochs   int
	Networks []Network // 1 to 16
}

// A Network is one network of a pack: its start and its learning rates.
type Network struct {
	Run         int // determines the start, together with the widths and the plan's seed
	Start       relunet.StartDistribution
	Schedule    Schedule
	Rate, Decay float64
}

// Key returns the name of the pack in the journal and in timing.jsonl.
func (p Pack) Key() string { return packKey(p.N(), p.Number) }

func packKey(n, number int) string { return fmt.Sprintf("n=%d pack=%d", n, number) }

// UnitOf is an [experiment.Job.UnitOf] of jobs whose units are packs.
func UnitOf(line experiment.Line) string { return packKey(line.N, line.Run/relunet.Lanes) }

// N returns the size of the networks: the number of all hidden units.
func (p Pack) N() int { return units(p.Hidden) }

// Train trains and evaluates a pack on the images and with the seed of the experiment.
// It returns the results of the networks in order, which do not depend on the other
// networks of the pack. It reports its work as it proceeds, and returns ctx.Err() soon
// after ctx is cancelled. It begins with the saved state, if there is one. It panics unless
// the pack has 1 to 16 networks.
func (e *Experiment) Train(ctx context.Context, p Pack, report func(experiment.Work), saved *experiment.Checkpoint) ([]Run, error) {
	runs, _, err := e.trainPack(ctx, p, nil, report, saved)
	return runs, err
}

// TrainParameters is Train without a saved state. It also returns the trained parameters of
// each network, in the reference layout.
func (e *Experiment) TrainParameters(ctx context.Context, p Pack, report func(experiment.Work)) (runs []Run, parameters [][]float64, err error) {
	runs, t, err := e.trainPack(ctx, p, nil, report, nil)
	for lane := range runs {
		parameters = append(parameters, t.parameters(lane))
	}
	return runs, parameters, err
}

// Images returns the training and the test images.
func (e *Experiment) Images() (train, test *relunet.Images) { return e.train, e.test }

// Evaluation returns the mean loss and the accuracy on the training and the test images, with
// which Train describes its networks, of sixteen other networks.
func (e *Experiment) Evaluation(ctx context.Context, p *relunet.Pack[float32]) (train, test func(lane int) (loss, accuracy NullableFloat), err error) {
	all := make([]evaluation, 2)
	for i, im := range []*relunet.Images{e.train, e.test} {
		all[i].images = im.Len()
		if all[i].loss, all[i].correct, err = p.Evaluate(ctx, im, nil); err != nil {
			return nil, nil, err
		}
	}
	return all[0].lane, all[1].lane, nil
}

// Starts returns the starting parameters of the sixteen lanes of a pack, in the reference
// layout. Spare lanes repeat the first network.
func (e *Experiment) Starts(p Pack) [][]float32 {
	widths := network(p.Hidden)
	starts := make([][]float32, relunet.Lanes)
	for lane := range starts {
		n := p.lane(lane)
		starts[lane] = make([]float32, relunet.Params(widths...))
		relunet.DrawStart(starts[lane], widths, n.Start, stream.New(e.plan.Seed, "mnist/start", streamKeys(p.Hidden, n.Run)...))
	}
	return starts
}

// lane returns the network in a lane.
func (p Pack) lane(lane int) Network {
	if lane < len(p.Networks) {
		return p.Networks[lane]
	}
	return p.Networks[0]
}

// TrainLoss returns the mean loss over the training images of networks with the given
// hidden layers, as a function of their parameters, which uses that many threads.
func (e *Experiment) TrainLoss(threads int, hidden ...int) *relunet.MeanLoss {
	return relunet.NewMeanLoss(e.kernels, e.train, threads, network(hidden)...)
}

// trainPack is Train, with a learning curve unless c is nil. It also returns the networks.
func (e *Experiment) trainPack(ctx context.Context, p Pack, c *curve, report func(experiment.Work), saved *experiment.Checkpoint) ([]Run, *training, error) {
	t := e.newTraining(p)
	t.curve, t.saved = c, saved
	saved.Load(t.restore)
	defer func() {
		if ctx.Err() != nil {
			t.save()
		}
	}()
	evaluate := func(evaluated func(samples int)) (train, test *evaluation, err error) {
		if train, err = t.evaluate(ctx, e.train, evaluated); err != nil {
			return nil, nil, err
		}
		test, err = t.evaluate(ctx, e.test, evaluated)
		return train, test, err
	}
	if t.epochs > 0 { // of the saved state, the last one not finished
		if err := t.train(ctx, t.order, report); err != nil {
			return nil, nil, err
		}
	}
	for t.epochs < p.Epochs {
		if err := c.record(t.epochs, evaluate); err != nil {
			return nil, nil, err
		}
		if err := t.epoch(ctx, report); err != nil {
			return nil, nil, err
		}
	}
	flops := relunet.Lanes * EvaluateFLOPs(p.Hidden...)
	train, test, err := evaluate(func(samples int) { report(experiment.Work{FLOPs: flops * float64(samples)}) })
	if err != nil {
		return nil, nil, err
	}
	if err := c.add(p.Epochs, train, test); err != nil {
		return nil, nil, err
	}
	return e.results(t, train, test), t, nil
}

func (e *Experiment) results(t *training, train, test *evaluation) []Run {
	runs := make([]Run, len(t.pack.Networks))
	for lane, network := range t.pack.Networks {
		r := Run{N: t.pack.N(), Run: network.Run, Seed: e.plan.Seed, Data: e.plan.Data, Epochs: t.pack.Epochs, Float64: e.plan.Float64}
		if len(t.pack.Hidden) > 1 {
			r.Hidden = LayersText(t.pack.Hidden)
		}
		if t.diverged[lane] > 0 {
			r.diverge(t.diverged[lane])
		} else {
			digest := t.digest(lane)
			r.WeightsSHA256 = hex.EncodeToString(digest[:])
			r.TrainLoss, r.TrainAccuracy = train.lane(lane)
			r.TestLoss, r.TestAccuracy = test.lane(lane)
		}
		runs[lane] = r
	}
	return runs
}

// A training is the state of a pack between epochs.
type training struct {
	trainer
	pack   Pack
	images *relunet.Images

	orders   *stream.Stream
	order    []int32 // of the current epoch
	rates    [relunet.Lanes]rates
	rate     [relunet.Lanes]float64 // of the current epoch
	epochs   int                    // begun
	done     int                    // samples of the order that are trained
	settled  bool                   // no later epoch changes a weight
	diverged [relunet.Lanes]int     // epoch, from 1, after which weights were first not finite; 0: none

	curve *curve // nil: none
	saved *experiment.Checkpoint
}

// newTraining returns the networks of a pack at their starts.
func (e *Experiment) newTraining(p Pack) *training {
	if len(p.Networks) < 1 || len(p.Networks) > relunet.Lanes {
		panic(fmt.Sprintf("mnist: %d networks in a pack", len(p.Networks)))
	}
	widths, seed := network(p.Hidden), e.plan.Seed
	t := &training{
		trainer: e.newTrainer(widths),
		pack:    p,
		images:  e.train,
		orders:  stream.New(seed, "mnist/order", streamKeys(p.Hidden, p.Number)...),
		order:   make([]int32, e.plan.TrainSamples),
	}
	for lane, start := range e.Starts(p) {
		n := p.lane(lane)
		t.setParameters(lane, start)
		t.rates[lane] = rates{schedule: n.Schedule, rate: n.Rate, decay: n.Decay}
	}
	return t
}

// streamKeys returns the keys of a random stream: the widths of the hidden layers and
// the number of a run or a pack.
func streamKeys(hidden []int, number int) []uint64 {
	var keys []uint64
	for _, width := range hidden {
		keys = append(keys, uint64(width))
	}
	return append(keys, uint64(number))
}

// begin draws the order of the next epoch and sets its learning rates.
func (t *training) begin() {
	t.epochs++
	t.done = 0
	t.orders.Perm(t.order)
	for lane := range t.rates {
		t.rate[lane] = t.rates[lane].next()
	}
}

// epoch trains for one epoch.
func (t *training) epoch(ctx context.Context, report func(experiment.Work)) error {
	t.begin()
	return t.train(ctx, t.order, report)
}

// train takes the steps that are missing of the beginning of this epoch's order, unless
// they provably change no weight.
func (t *training) train(ctx context.Context, order []int32, report func(experiment.Work)) error {
	if t.settled = t.settled || t.done == 0 && t.isSettled(); t.settled {
		return nil
	}
	if err := t.steps(ctx, order[t.done:], report); err != nil {
		return err
	}
	for lane, diverged := range t.Diverged() {
		if diverged && t.diverged[lane] == 0 {
			t.diverged[lane] = t.epochs
		}
	}
	return nil
}

// isSettled reports whether no epoch from this one on changes a weight.
func (t *training) isSettled() bool {
	for lane := range t.rates {
		if !t.rates[lane].decrease() {
			return false
		}
	}
	return t.Settled(t.images, &t.rate)
}

// steps takes the steps over a part of this epoch's order that begins at the border of
// a minibatch, and returns ctx.Err() soon after ctx is cancelled.
func (t *training) steps(ctx context.Context, order []int32, report func(experiment.Work)) error {
	const between = 256 // samples between two reports, rounded up to whole minibatches
	piece := t.pack.Batch * ((between + t.pack.Batch - 1) / t.pack.Batch)
	flops := relunet.Lanes * TrainFLOPs(t.pack.Hidden...)
	for len(order) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := order[:min(piece, len(order))]
		t.Train(t.images, now, t.pack.Batch, &t.rate)
		order = order[len(now):]
		t.done += len(now)
		if t.saved.Due() {
			t.save()
		}
		report(experiment.Work{Items: float64(relunet.Lanes * len(now)), FLOPs: flops * float64(len(now))})
	}
	return ctx.Err()
}

// An evaluation is the performance of the networks on some images.
type evaluation struct {
	images  int
	loss    [relunet.Lanes]float64
	correct [relunet.Lanes]int
}

// lane returns the mean loss of one network and the share of the images it classifies
// correctly.
func (e *evaluation) lane(lane int) (loss, accuracy NullableFloat) {
	return NullableFloat(e.loss[lane]), NullableFloat(float64(e.correct[lane]) / float64(e.images))
}

// evaluate evaluates the networks on images, and calls evaluated with the number of
// samples since its last call.
func (t *training) evaluate(ctx context.Context, im *relunet.Images, evaluated func(samples int)) (*evaluation, error) {
	before := 0
	loss, correct, err := t.Evaluate(ctx, im, func(done int) {
		evaluated(done - before)
		before = done
	})
	if err != nil {
		return nil, err
	}
	return &evaluation{im.Len(), loss, correct}, nil
}
