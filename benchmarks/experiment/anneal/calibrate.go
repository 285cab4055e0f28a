package anneal

import (
	"context"
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// The size of the networks that are calibrated, and what is tried: every first value with every
// factor, in annealing of real parameters also with every box.
const calibratedSize = 5

var (
	rates    = []float64{.8, .4, .2, .1}
	decays   = []float64{.9, .95, .98}
	hots     = []float64{.1, .03, .01, .003, .001}
	coolings = []float64{.9, .94, .96, .98}
	boxes    = []float64{1, 2, 4}
	// One change of a three-valued parameter changes the loss much more.
	threeValueHots = []float64{.3, .1, .03, .01, .003}
)

// A Trial is a schedule (and box) of one of the three methods, with the mean losses of sixteen networks.
type Trial struct {
	Method        string  // "descent", "three-valued" or "annealing"
	First, Factor float64 // learning rate or temperature at first, and its factor from epoch to epoch or sweep to sweep
	Box           float64 // of real annealing; else 0
	Train         float64 // mean loss on the training images
	Validation    float64 // mean loss on as many images that are neither training nor test images
	Best          bool    // of its method: it has the lowest mean validation loss
}

// Calibrate tries schedules for the three methods, and boxes for the parameters of annealing, with the images, sweeps and other settings
// of a plan, and chooses those with the lowest mean loss on as many images as are trained on,
// which follow them in the training set: test images have no part in it. It takes one
// pack of networks with 5 hidden units, with the seed after the plan's, so that no run of the plan
// is calibrated on. It calls onTrial, if it is not nil, after each trial.
func Calibrate(ctx context.Context, plan Plan, data *dataset.Data, kernels *simd.Set, onTrial func(Trial)) ([]Trial, error) {
	held, err := withValidation(data, plan.TrainSamples)
	if err != nil {
		return nil, &experiment.SettingsError{Err: err}
	}
	plan.Sizes, plan.Runs, plan.Seed, plan.TestSamples = []int{calibratedSize}, relunet.Lanes, plan.Seed+1, 0
	var all []Trial
	for _, method := range []struct {
		name            string
		firsts, factors []float64
		boxes           []float64
	}{{"descent", rates, decays, []float64{0}}, {"three-valued", threeValueHots, coolings, []float64{0}}, {"annealing", hots, coolings, boxes}} {
		var own []Trial
		for _, box := range method.boxes {
			for _, first := range method.firsts {
				for _, factor := range method.factors {
					own = append(own, Trial{Method: method.name, First: first, Factor: factor, Box: box})
				}
			}
		}
		for i := range own {
			t := &own[i]
			if err := t.run(ctx, plan, held, kernels); err != nil {
				return nil, err
			}
			if onTrial != nil {
				onTrial(*t)
			}
		}
		own[bestOf(own)].Best = true
		all = append(all, own...)
	}
	return all, nil
}

// bestOf returns the index of the first trial with the lowest validation loss. The loss of one that
// diverged may be NaN.
func bestOf(trials []Trial) (best int) {
	for i, t := range trials {
		if least := trials[best].Validation; t.Validation < least || math.IsNaN(least) {
			best = i
		}
	}
	return best
}

// withValidation returns the data with the images after the first n training images in the place
// of the test images.
func withValidation(data *dataset.Data, n int) (*dataset.Data, error) {
	if 2*n > data.Train.Len() {
		return nil, fmt.Errorf("%d images to calibrate with and as many to validate on: there are %d training images", n, data.Train.Len())
	}
	held, all := *data, data.Train.Head(2*n)
	held.Test = dataset.Set{Pixels: all.Pixels[n*dataset.Size:], Labels: all.Labels[n:]}
	return &held, nil
}

// run computes the losses of the trial.
func (t *Trial) run(ctx context.Context, plan Plan, data *dataset.Data, kernels *simd.Set) error {
	stage := -1
	switch t.Method {
	case "descent":
		plan.Rate, plan.Decay = t.First, t.Factor
	case "annealing":
		stage, plan.Hot, plan.Cooling, plan.Box = 0, t.First, t.Factor, t.Box
	default:
		stage, plan.ThreeValueHot, plan.ThreeValueCooling = 1, t.First, t.Factor
	}
	e, err := New(plan, data, kernels)
	if err != nil {
		return err
	}
	ignore := func(experiment.Work) {}
	u := unit{e, e.plan.Packs()[0]}
	if stage < 0 {
		runs, err := e.networks.Train(ctx, u.pack, ignore, nil)
		for _, r := range runs {
			t.add(float64(r.TrainLoss), float64(r.TestLoss))
		}
		return err
	}
	endings, err := u.anneal(ctx, stages[stage], new(savedUnit), ignore, nil)
	for _, e := range endings {
		t.add(float64(e.TrainLoss), float64(e.TestLoss))
	}
	return err
}

// add adds the losses of one of sixteen networks to the means.
func (t *Trial) add(train, validation float64) {
	t.Train += train / relunet.Lanes
	t.Validation += validation / relunet.Lanes
}
