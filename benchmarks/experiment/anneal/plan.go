// Package anneal is the experiment of Fig. 6 of "The Loss Surfaces of Multilayer Networks"
// (Choromanska et al., AISTATS 2015) and of its section 5.2: it trains networks 100-n-10 by
// stochastic gradient descent and by simulated annealing, from the same starts on the same few
// images, and anneals networks whose parameters are -1, 0 or 1. Package mnist trains,
// package core/anneal anneals.
//
// Start with [Preset], which returns a [Plan]; [Load] combines a plan with the images;
// [Experiment.Job] is what experiment.Run takes; [ReadRuns] reads the results.
//
// # The budget
//
// Every run may see each training image as often in both methods. In an epoch of stochastic
// gradient descent, each image gives one derivative for each parameter. In a sweep of annealing,
// each image gives one difference of its loss for each parameter, since a change of a single
// parameter is judged by the loss of all images. So a sweep, one change of each parameter, counts
// as one epoch: as having seen each image once. Annealing does far more arithmetic for
// it: as many evaluations of the loss as there are parameters, 111 n + 10, of which
// package relunet computes no more than what the change can have an influence on.
package anneal

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
)

const (
	name = "anneal"
	// format is increased when the same plan gives other results or other lines.
	format = 1
)

// A Plan is everything that the results depend on: that of the networks trained by stochastic
// gradient descent, under the name of this experiment, and the schedules of the annealing. The
// temperature of sweep s, counted from 0, is Hot * Cooling^s, in the unit of the mean loss;
// there are as many sweeps as epochs.
type Plan struct {
	mnist.Plan
	Hot               float64 `json:"hot"`
	Cooling           float64 `json:"cooling"`
	Step              float64 `json:"step"` // the first one: anneal.Real
	Box               float64 `json:"box"`  // the largest absolute value of a parameter
	ThreeValueHot     float64 `json:"three_value_hot"`
	ThreeValueCooling float64 `json:"three_value_cooling"`
}

// Presets returns the names that Preset accepts.
func Presets() []string { return []string{"smoke", "quick", "paper"} }

// Preset returns the named plan, without the properties of the data, which Load adds.
//
// Of all this the paper states the sizes, and that a part of MNIST was used. The schedules are
// those with the lowest validation loss among the trials of [Calibrate], see
// results/output/anneal-calibration.txt.
func Preset(preset string) (Plan, error) {
	networks, err := mnist.Preset("paper")
	if err != nil {
		return Plan{}, err
	}
	networks.Experiment, networks.Format = name, format
	networks.Sizes, networks.Runs, networks.Epochs, networks.Batch = []int{2, 3, 5, 10, 15, 25}, 112, 100, 10
	networks.TrainSamples, networks.TestSamples = 1000, dataset.TestImages
	networks.Rate, networks.Decay = 0.2, 0.95
	p := Plan{Plan: networks, Hot: 0.01, Cooling: 0.94, Step: 0.5, Box: 1, ThreeValueHot: 0.03, ThreeValueCooling: 0.96}
	switch preset {
	case "smoke":
		p.Sizes, p.Runs, p.Epochs, p.TrainSamples, p.TestSamples = []int{2, 3}, 4, 5, 100, 500
	case "quick":
		p.Sizes, p.Runs, p.TrainSamples = []int{2, 3, 5}, 16, 500
	case "paper":
	default:
		return Plan{}, fmt.Errorf("no preset %q; there are %s", preset, strings.Join(Presets(), ", "))
	}
	return p, nil
}

// Validate returns an error that names the first setting that is not possible. It does
// not consider the data.
func (p Plan) Validate() error {
	switch {
	case p.Hidden != nil:
		return fmt.Errorf("hidden layers of %s units: networks with one hidden layer are annealed", mnist.LayersText(p.Hidden))
	case p.TrainSamples < 0:
		return fmt.Errorf("%d images: at least 1 is needed", p.TrainSamples)
	case p.Float64:
		return fmt.Errorf("float64: networks of float32 are annealed")
	}
	for _, s := range []struct {
		name      string
		x, at     float64
		condition string
	}{
		{"hot", p.Hot, 0, "a number from 0 up"}, {"cooling", p.Cooling, 0, "a number from 0 to 1"},
		{"three-value-hot", p.ThreeValueHot, 0, "a number from 0 up"}, {"three-value-cooling", p.ThreeValueCooling, 0, "a number from 0 to 1"},
		{"step", p.Step, 0x1p-20, "a number from 2^-20 up to the box"}, {"box", p.Box, 1, "a number from 1 to 1024"},
	} {
		most := map[string]float64{"hot": math.MaxFloat32, "three-value-hot": math.MaxFloat32, "step": p.Box, "box": 1024}[s.name]
		if strings.HasSuffix(s.name, "cooling") {
			most = 1
		}
		if !(s.x >= s.at && s.x <= most) {
			return fmt.Errorf("%s %v: %s is needed", s.name, s.x, s.condition)
		}
	}
	return p.Plan.Validate()
}

// ValidateStored implements experiment.StoredPlan.
func (p Plan) ValidateStored() error {
	if err := p.Validate(); err != nil {
		return err
	}
	return p.Plan.ValidateStored()
}

// temperatures returns those of the sweeps.
func (p Plan) temperatures(hot, cooling float64) []float64 {
	return mnist.Rates(mnist.Exp, hot, cooling, p.Epochs)
}

// Extends is mnist.Extends: it also compares the schedules.
func (p Plan) Extends(stored []byte) (renumber func(experiment.Line) (experiment.Line, error), ok bool) {
	return mnist.Extends(p, networks, stored)
}

// networks returns the plan of the networks.
func networks(p *Plan) *mnist.Plan { return &p.Plan }

// Bytes returns the memory that a process takes at most while a number of workers computes
// the plan.
func (p Plan) Bytes(workers int) float64 {
	images := dataset.TrainImages
	if p.TrainSamples > 0 {
		images = p.TrainSamples
	}
	each := 0.0
	for _, n := range p.Sizes {
		each = max(each, relunet.VariationBytes(images, dataset.Size, n, dataset.Classes))
	}
	return p.Plan.Bytes(workers) + float64(min(workers, len(p.Packs())))*each
}

// Flags returns the flags of `lossglass anneal` that give the plan, one or two words each. The
// data are not among them, nor the number of test images, which only presets have.
func (p Plan) Flags() []string {
	return []string{
		"-sizes " + strings.ReplaceAll(strings.Trim(fmt.Sprint(p.Sizes), "[]"), " ", ","), fmt.Sprint("-runs ", p.Runs), fmt.Sprint("-images ", p.TrainSamples),
		fmt.Sprint("-sweeps ", p.Epochs), fmt.Sprint("-hot ", p.Hot), fmt.Sprint("-cooling ", p.Cooling), fmt.Sprint("-step ", p.Step), fmt.Sprint("-box ", p.Box),
		fmt.Sprint("-three-value-hot ", p.ThreeValueHot), fmt.Sprint("-three-value-cooling ", p.ThreeValueCooling),
		fmt.Sprint("-batch ", p.Batch), fmt.Sprint("-rate ", p.Rate), fmt.Sprint("-decay ", p.Decay), fmt.Sprint("-init ", p.Start), fmt.Sprint("-seed ", p.Seed),
	}
}

// Commands returns the command lines that compute the plan's runs and report them; none if
// no preset tests on as many images.
func (p Plan) Commands() []string { return experiment.CommandLines(p.command()) }

// command returns the command line that computes the plan's runs, without -out; "" as
// Commands.
func (p Plan) command() string {
	preset, flags := "", []string(nil)
	for _, candidate := range Presets() {
		base, err := Preset(candidate)
		if err != nil {
			panic(err) // Presets returns what Preset accepts
		}
		if base.TestSamples != p.TestSamples || base.Schedule != p.Schedule {
			continue
		}
		given := base.Flags()
		different := slices.DeleteFunc(p.Flags(), func(f string) bool { return slices.Contains(given, f) })
		if preset == "" || len(different) < len(flags) {
			preset, flags = candidate, different
		}
	}
	if preset == "" {
		return ""
	}
	return strings.Join(slices.Concat([]string{"lossglass anneal -preset " + preset}, flags, p.DataFlags()), " ")
}
