package train

import (
	"context"

	"github.com/lossglass/lossglass/benchmarks/mnist"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// A training is a pack on its way through the epochs.
type training struct {
	e      *Experiment
	pack   *relunet.Pack
	orders *stream.Stream
	order  []int32 // of this epoch
	rates  schedule
	rate   [simd.Lanes]float64 // of this epoch
}

// begin returns the pack's networks at their starts.
func (e *Experiment) begin(n, pack int) *training {
	p := e.plan
	t := &training{
		e:      e,
		pack:   relunet.NewPack(e.kernels, mnist.Size, n, mnist.Classes),
		orders: stream.New(p.Seed, "mnist/order", uint64(n), uint64(pack)),
		order:  make([]int32, p.TrainSamples),
		rates:  schedule{law: p.Law, rate: p.Rate, decay: p.Decay},
	}
	params := make([]float32, relunet.Params(mnist.Size, n, mnist.Classes))
	for lane := range simd.Lanes {
		run := pack*simd.Lanes + lane
		relunet.Init(params, mnist.Size, n, mnist.Classes, e.start, stream.New(p.Seed, "mnist/start", uint64(n), uint64(run)))
		t.pack.SetNetwork(lane, params)
	}
	return t
}

// nextEpoch draws the order of the next epoch and sets its rate.
func (t *training) nextEpoch() {
	t.orders.Perm(t.order)
	rate := t.rates.next()
	for l := range t.rate {
		t.rate[l] = rate
	}
}

// train takes the steps over part of this epoch's order, which begins at a
// minibatch's border, and ends early when ctx is cancelled.
func (t *training) train(ctx context.Context, order []int32, progress func(samples int)) error {
	const between = 256 // samples between two looks at ctx, in whole minibatches
	batch := t.e.plan.Batch
	piece := batch * ((between + batch - 1) / batch)
	for len(order) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := order[:min(piece, len(order))]
		t.pack.Train(t.e.train, now, batch, &t.rate)
		order = order[len(now):]
		progress(len(now))
	}
	return ctx.Err()
}

// allEpochs trains to the end of the plan and returns, for each lane, the epoch
// (counted from 1) after which its weights were first not all finite, or 0.
func (t *training) allEpochs(ctx context.Context, progress func(samples int)) (diverged [simd.Lanes]int, err error) {
	for epoch := range t.e.plan.Epochs {
		t.nextEpoch()
		if err := t.train(ctx, t.order, progress); err != nil {
			return diverged, err
		}
		for lane, d := range t.pack.Diverged() {
			if d && diverged[lane] == 0 {
				diverged[lane] = epoch + 1
			}
		}
	}
	return diverged, nil
}
