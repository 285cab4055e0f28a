package mnist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// Flags returns the flags of `lossglass mnist` that give the plan, one or two words
// each. The data are not among them.
func (p Plan) Flags() []string {
	networks := "-sizes " + numbersText(p.Sizes)
	if p.Hidden != nil {
		networks = "-hidden " + numbersText(p.Hidden)
	}
	flags := []string{
		networks, fmt.Sprint("-runs ", p.Runs), fmt.Sprint("-epochs ", p.Epochs), fmt.Sprint("-batch ", p.Batch),
		fmt.Sprint("-rate ", p.Rate), fmt.Sprint("-decay ", p.Decay), fmt.Sprint("-schedule ", p.Schedule),
		fmt.Sprint("-init ", p.Start), fmt.Sprint("-seed ", p.Seed),
	}
	if p.Float64 {
		flags = append(flags, "-float64")
	}
	return flags
}

// numbersText formats numbers as a flag takes them.
func numbersText(numbers []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(numbers), "[]"), " ", ",")
}

// Commands returns the command lines that compute the plan's runs, report them, and train
// one of them again; none if no preset uses the plan's images, for which there is no flag.
func (p Plan) Commands() []string {
	replay := fmt.Sprintf("lossglass replay DIR -n %d -run 0", p.Sizes[0])
	if p.Data == "any" {
		replay += " " + otherData
	}
	return experiment.CommandLines(p.command(), replay+" -export WEIGHTS")
}

const otherData = "-data DATA -data-any"

// command returns the command line that computes the plan's runs, without -out; "" as
// Commands.
func (p Plan) command() string {
	preset, flags := p.presetAndFlags()
	if preset == "" {
		return ""
	}
	return strings.Join(slices.Concat([]string{"lossglass mnist -preset " + preset}, flags, p.DataFlags()), " ")
}

// DataFlags returns the flags that choose the plan's images, none for MNIST.
func (p Plan) DataFlags() []string {
	switch p.Data {
	case dataset.Builtin:
		return []string{"-data builtin"}
	case "any":
		return []string{otherData}
	}
	return nil
}

// presetAndFlags returns the preset on the plan's images that differs from it in the
// fewest flags, and these flags. With one epoch, for which the command takes no schedule,
// the preset must have the plan's.
func (p Plan) presetAndFlags() (preset string, flags []string) {
	for _, name := range Presets() {
		base, err := Preset(name)
		if err != nil {
			panic(err) // Presets returns what Preset accepts
		}
		if !sameImages(base.TrainSamples, p.TrainSamples, dataset.TrainImages) || !sameImages(base.TestSamples, p.TestSamples, dataset.TestImages) {
			continue
		}
		if p.Epochs == 1 && (base.Decay != p.Decay || base.Schedule != p.Schedule) {
			continue
		}
		baseFlags := base.Flags()
		different := slices.DeleteFunc(p.Flags(), func(f string) bool { return slices.Contains(baseFlags, f) })
		if preset == "" || len(different) < len(flags) {
			preset, flags = name, different
		}
	}
	return preset, flags
}

// sameImages reports whether a preset uses as many images as a plan; 0 in a preset means
// all of the data.
func sameImages(preset, plan, all int) bool { return preset == plan || preset == 0 && plan == all }
