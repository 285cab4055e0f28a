package mnist

import (
	"context"
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
}

// StepsPerEpoch returns the number of minibatches of an epoch.
func (e *Experiment) StepsPerEpoch() int {
	return (e.plan.TrainSamples + e.plan.Batch - 1) / e.plan.Batch
}

// Replay trains one network, run number run of those with the given hidden layers, for the
// given number of minibatches. The layers need not be among the plan's. It returns ctx.Err() soon after ctx is cancelled.
func (e *Experiment) Replay(ctx context.Context, hidden []int, run, steps int) (*Replay, error) {
	if err := checkLayers(hidden); err != nil {
		return nil, err
	}
	if run < 0 || run >= maxRuns {
		return nil, fmt.Errorf("run %d: from 0 to %d are possible", run, maxRuns-1)
	}
	if steps < 0 {
		return nil, fmt.Errorf("%d steps: at least 0 are needed", steps)
	}
	start, err := relunet.ParseStartDistribution(e.plan.Start)
	if err != nil {
		return nil, err
	}
	t, lane := e.newTraining(e.plan.pack(hidden, run/relunet.Lanes, start)), run%relunet.Lanes
	r := &Replay{Start: t.parameters(lane)}
	for len(r.Rates) < steps {
		t.begin()
		now := min(steps-len(r.Rates), e.StepsPerEpoch())
		order := t.order[:min(now*e.plan.Batch, len(t.order))]
		if err := t.steps(ctx, order, func(experiment.Work) {}); err != nil {
			return nil, err
		}
		r.Order = append(r.Order, order...)
		for range now {
			r.Rates = append(r.Rates, t.rate[lane])
		}
	}
	r.End = t.parameters(lane)
	return r, nil
}
