// Package index is the experiment of Fig. 5 of "The Loss Surfaces of Multilayer Networks"
// (Choromanska et al., AISTATS 2015): it trains networks 100-n-10 as package mnist does,
// computes the Hessian of the mean training loss where each training ends, and counts its
// negative eigenvalues, the index. Package relunet computes the Hessians, package
// spectrum counts.
//
// Start with [Preset], which returns a [Plan]; [Load] combines a plan with the images;
// [Experiment.Job] is what experiment.Run takes; [ReadRuns] reads the results. A run is
// that of package mnist with the same settings, n and number, and its [Point]. The index is
// not for networks with several hidden layers, whose Hessian relunet does not compute.
package index

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

const (
	name = "index"
	// format is increased when the same plan gives other results or other lines.
	format = 2
)

// A Plan is everything that the results depend on: that of the networks, under the name of
// this experiment.
type Plan struct {
	mnist.Plan
	// Continue is how many Hessians of the mean loss a training that is continued takes at most. If it
	// is 0, none is continued.
	Continue int `json:"continue,omitempty"`
}

// mostContinue is the largest Continue. A larger one is a typing error.
const mostContinue = 1 << 20

// Preset returns the named plan, without the properties of the data, which Load adds. The
// names are those of mnist.Preset, and the networks are trained as there, but quick trains
// some of the smallest networks of paper-matched, since ten epochs end far from any
// critical point.
func Preset(preset string) (Plan, error) {
	base := preset
	if preset == "quick" {
		base = "paper-matched"
	}
	networks, err := mnist.Preset(base)
	if err != nil {
		return Plan{}, err
	}
	p := Of(networks)
	switch preset {
	case "smoke":
		p.Sizes, p.Runs = []int{2}, 4
	case "quick":
		p.Sizes, p.Runs = []int{10}, 8
	default:
		p.Sizes = []int{10, 25, 50, 100}
	}
	return p, nil
}

// Of returns the plan for the networks of a plan of package mnist.
func Of(networks mnist.Plan) Plan {
	networks.Experiment, networks.Format = name, format
	return Plan{Plan: networks}
}

// Validate returns an error that names the first setting that is not possible. It does
// not consider the data, nor the memory.
func (p Plan) Validate() error {
	if p.Hidden != nil {
		return fmt.Errorf("hidden layers of %s units: the index is for networks with one hidden layer", mnist.LayersText(p.Hidden))
	}
	if p.Continue < 0 || p.Continue > mostContinue {
		return fmt.Errorf("%d Hessians to continue with: from 0 to %d are possible", p.Continue, mostContinue)
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

// Commands returns the command lines that compute the plan's runs and report them; none if
// no preset trains such networks.
func (p Plan) Commands() []string { return experiment.CommandLines(p.command()) }

// Extends is mnist.Extends: it also compares Continue.
func (p Plan) Extends(stored []byte) (renumber func(experiment.Line) (experiment.Line, error), ok bool) {
	return mnist.Extends(p, networks, stored)
}

// networks returns the plan of the networks.
func networks(p *Plan) *mnist.Plan { return &p.Plan }

// Flags returns the flags that give the plan, those of `lossglass mnist` among them.
func (p Plan) Flags() []string {
	flags := p.Plan.Flags()
	if p.Continue > 0 {
		flags = append(flags, fmt.Sprint("-continue ", p.Continue))
	}
	return flags
}

// command returns the command line that computes the plan's runs, without -out; "" as
// Commands.
func (p Plan) command() string {
	for _, preset := range mnist.Presets() {
		base, err := Preset(preset)
		if err != nil {
			panic(err) // Presets returns what Preset accepts
		}
		if base.TrainSamples == 0 {
			base.TrainSamples, base.TestSamples = dataset.TrainImages, dataset.TestImages
		}
		base.Data, base.DataSHA256 = p.Data, p.DataSHA256
		if !base.SameSettings(p.Plan) {
			continue
		}
		line := "lossglass index -preset " + preset
		if !slices.Equal(base.Sizes, p.Sizes) {
			line += " -sizes " + strings.ReplaceAll(strings.Trim(fmt.Sprint(p.Sizes), "[]"), " ", ",")
		}
		if base.Runs != p.Runs {
			line += fmt.Sprint(" -runs ", p.Runs)
		}
		if p.Continue > 0 {
			line += fmt.Sprint(" -continue ", p.Continue)
		}
		return strings.Join(append([]string{line}, p.DataFlags()...), " ")
	}
	return ""
}
