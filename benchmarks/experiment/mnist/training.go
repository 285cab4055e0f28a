package mnist

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
)

// A Course is what one network of a pack does: its start and its rates.
type Course struct {
	Run         int // whose start it is
	Start       relunet.StartDistribution
	Law         Law
	Rate, Decay float64
}

// A Trial is a pack: at most sixteen networks that share widths, epochs and
// minibatches.
type Trial struct {
	Hidden []int // widths of the hidden layers
	Pack   int   // whose minibatches they are: those of the runs from 16 Pack on
	Batch  int
	Epochs int
	// Courses are those of the networks. Lanes without one repeat the first.
	Courses []Course
}

// A training is a pack on its way through the epochs.
type training struct {
	images *relunet.Images
	pack   pack
	batch  int
	epochs int
	orders *stream.Stream
	order  []int32 // of this epoch
	rates  [relunet.Lanes]schedule
	rate   [relunet.Lanes]float64 // of this epoch
}

// begin returns the trial's networks at their starts. It panics unless there
// are 1 to 16 of them.
func (e *Experiment) begin(trial Trial) *training {
	if len(trial.Courses) < 1 || len(trial.Courses) > relunet.Lanes {
		panic(fmt.Sprintf("train: %d networks in a pack", len(trial.Courses)))
	}
	widths, seed := network(trial.Hidden), e.plan.Seed
	t := &training{
		images: e.train,
		pack:   e.newPack(widths),
		batch:  trial.Batch,
		epochs: trial.Epochs,
		orders: stream.New(seed, "mnist/order", keys(trial.Hidden, trial.Pack)...),
		order:  make([]int32, e.plan.TrainSamples),
	}
	params := make([]float32, relunet.Params(widths...))
	for lane := range relunet.Lanes {
		c := trial.Courses[0]
		if lane < len(trial.Courses) {
			c = trial.Courses[lane]
		}
		relunet.DrawStart(params, widths, c.Start, stream.New(seed, "mnist/start", keys(trial.Hidden, c.Run)...))
		t.pack.begin(lane, params)
		t.rates[lane] = schedule{law: c.Law, rate: c.Rate, decay: c.Decay}
	}
	return t
}

// keys are those of a random stream of networks with those hidden layers.
func keys(hidden []int, number int) []uint64 {
	var all []uint64
	for _, width := range hidden {
		all = append(all, uint64(width))
	}
	return append(all, uint64(number))
}

// nextEpoch draws the order of the next epoch and sets its rates.
func (t *training) nextEpoch() {
	t.orders.Perm(t.order)
	for lane := range t.rates {
		t.rate[lane] = t.rates[lane].next()
	}
}

// train takes the steps over part of this epoch's order, which begins at a
// minibatch's border, and ends early when ctx is cancelled.
func (t *training) train(ctx context.Context, order []int32, progress func(samples int)) error {
	const between = 256 // samples between two looks at ctx, in whole minibatches
	piece := t.batch * ((between + t.batch - 1) / t.batch)
	for len(order) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := order[:min(piece, len(order))]
		t.pack.Train(t.images, now, t.batch, &t.rate)
		order = order[len(now):]
		progress(len(now))
	}
	return ctx.Err()
}

// allEpochs trains to the end and returns, for each lane, the epoch
// (counted from 1) after which its weights were first not all finite, or 0.
// Epochs that provably change nothing are not computed. It calls before ahead of
// each epoch with the number of epochs done, and at the end.
func (t *training) allEpochs(ctx context.Context, before func(epochs int) error, progress func(samples int)) (diverged [relunet.Lanes]int, err error) {
	settled := false
	for epoch := range t.epochs {
		if err := before(epoch); err != nil {
			return diverged, err
		}
		t.nextEpoch()
		if settled = settled || t.settled(); settled {
			continue
		}
		if err := t.train(ctx, t.order, progress); err != nil {
			return diverged, err
		}
		for lane, d := range t.pack.Diverged() {
			if d && diverged[lane] == 0 {
				diverged[lane] = epoch + 1
			}
		}
	}
	return diverged, before(t.epochs)
}

// settled reports whether no epoch from this one on can change a weight.
func (t *training) settled() bool {
	for lane := range t.rates {
		if !t.rates[lane].falls() {
			return false
		}
	}
	return t.pack.Settled(t.images, &t.rate)
}
