package mnist

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/relunet"
)

// A Replay is the beginning of one run, for checking it with other programs.
type Replay struct {
	// Start and End are the parameters before and after the steps: for each layer
	// W [units][inputs], then b [units]. They are float32 numbers unless the plan is in
	// float64.
	Start, End []float64
	// Order holds the indices of the training images in the order of their use. The
	// minibatches have the plan's size, except that the last of an epoch may be short.
	Order []int32
	// Rates holds the learning rate of each step.
	Rates []float64
	// WeightsSHA256 is the relunet.Digest of End, DivergedEpoch the first epoch, counted from
	// 1, after which a parameter was not finite, 0 if there is none; as in a [Run].
	WeightsSHA256 string
	DivergedEpoch int
}

// Steps returns the number of minibatches of some epochs. A number of epochs that cannot be
// replayed is an [*experiment.SettingsError].
func (e *Experiment) Steps(epochs int) (int, error) {
	if most := maxReplayed / e.plan.TrainSamples; epochs < 1 || epochs > most {
		return 0, &experiment.SettingsError{Err: fmt.Errorf("%d epochs: from 1 to %d can be replayed", epochs, most)}
	}
	return epochs * e.stepsPerEpoch(), nil
}

func (e *Experiment) stepsPerEpoch() int {
	return (e.plan.TrainSamples + e.plan.Batch - 1) / e.plan.Batch
}

// Replay trains one network, run number run of those with the given hidden layers, for the
// given number of minibatches. The layers need not be among the plan's. It returns ctx.Err()
// soon after ctx is cancelled. A mistake is an [*experiment.SettingsError].
func (e *Experiment) Replay(ctx context.Context, hidden []int, run, steps int) (*Replay, error) {
	if err := e.checkReplay(hidden, run, steps); err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	start, err := relunet.ParseStartDistribution(e.plan.Start)
	if err != nil {
		return nil, err
	}
	t, lane := e.newTraining(e.plan.pack(hidden, run/relunet.Lanes, start)), run%relunet.Lanes
	r := &Replay{Start: t.parameters(lane)}
	for len(r.Rates) < steps {
		now := min(steps-len(r.Rates), e.stepsPerEpoch())
		t.begin()
		order := t.order[:min(now*e.plan.Batch, len(t.order))]
		if err := t.train(ctx, order, func(experiment.Work) {}); err != nil {
			return nil, err
		}
		r.Order = append(r.Order, order...)
		for range now {
			r.Rates = append(r.Rates, t.rate[lane])
		}
	}
	digest := t.digest(lane)
	r.End, r.WeightsSHA256, r.DivergedEpoch = t.parameters(lane), hex.EncodeToString(digest[:]), t.diverged[lane]
	return r, nil
}

// maxReplayed is the largest number of samples of a replay, whose indices are in memory.
const maxReplayed = 1 << 28

func (e *Experiment) checkReplay(hidden []int, run, steps int) error {
	if err := checkLayers(hidden); err != nil {
		return err
	}
	if run < 0 || run >= maxRuns {
		return fmt.Errorf("run %d: from 0 to %d are possible", run, maxRuns-1)
	}
	if most := maxReplayed / e.plan.Batch; steps < 0 || steps > most {
		return fmt.Errorf("%d steps: from 0 to %d are possible in minibatches of %d", steps, most, e.plan.Batch)
	}
	return nil
}
