package mnist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

// flags are the command line flags of a plan, by name.
func flags(p mnist.Plan) [][2]string {
	networks := [2]string{"-sizes", list(p.Sizes)}
	if p.Hidden != nil {
		networks = [2]string{"-hidden", list(p.Hidden)}
	}
	var precision [2]string
	if p.Float64 {
		precision[0] = "-float64"
	}
	return [][2]string{
		networks, {"-runs", fmt.Sprint(p.Runs)}, {"-epochs", fmt.Sprint(p.Epochs)}, {"-batch", fmt.Sprint(p.Batch)},
		{"-rate", fmt.Sprint(p.Rate)}, {"-decay", fmt.Sprint(p.Decay)}, {"-law", string(p.Law)}, {"-init", p.Start}, {"-seed", fmt.Sprint(p.Seed)}, precision,
	}
}

// list writes numbers as a flag takes them.
func list(numbers []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(numbers), "[]"), " ", ",")
}

// presetAnd returns the preset closest to the plan and the flags in which the
// plan differs from it.
func presetAnd(p mnist.Plan) (preset string, others []string) {
	for _, name := range mnist.Presets() {
		base, err := mnist.Preset(name)
		if err != nil {
			panic(err) // Presets lists what Preset knows
		}
		if !sameImages(base.TrainSamples, p.TrainSamples, trainImages) || !sameImages(base.TestSamples, p.TestSamples, testImages) {
			continue
		}
		var differ []string
		baseFlags := flags(base)
		for i, f := range flags(p) {
			if f != baseFlags[i] {
				differ = append(differ, strings.TrimSpace(f[0]+" "+f[1]))
			}
		}
		if preset == "" || len(differ) < len(others) {
			preset, others = name, differ
		}
	}
	return preset, others
}

// sameImages: 0 images in a preset mean all there are.
func sameImages(preset, plan, all int) bool { return preset == plan || preset == 0 && plan == all }

// commands are the lines that compute the plan's runs, one of them, and this
// report again. There are none for a plan that no flags describe.
func commands(p mnist.Plan) []string {
	preset, others := presetAnd(p)
	if preset == "" {
		return nil
	}
	switch p.Data {
	case dataset.Builtin:
		others = append(others, "-data builtin")
	case "any":
		others = append(others, "-data DATA -data-any")
	}
	// replay takes its own number of epochs.
	own := slices.DeleteFunc(slices.Clone(others), func(f string) bool { return strings.HasPrefix(f, "-epochs ") })
	one := fmt.Sprintf("-run 0 -epochs %d", p.Epochs)
	if p.Hidden == nil {
		one = fmt.Sprintf("-n %d %s", p.Sizes[0], one)
	}
	line := func(parts ...string) string { return "go run ./benchmarks/lossglass " + strings.Join(parts, " ") }
	return []string{
		line(append(append([]string{"mnist -preset", preset}, others...), "-out DIR")...),
		line("report DIR"),
		line(append(append([]string{"replay -preset", preset}, own...), one, "-export WEIGHTS")...),
	}
}
