// Package mnist is the MNIST experiment of "The Loss Surfaces of Multilayer
// Networks" (Choromanska et al., AISTATS 2015, sec. 5): many networks 100-n-10
// trained from random starts by stochastic gradient descent, at several sizes
// n; or networks with more hidden layers, n units in all, as the paper's theory
// has them. It says what is trained and in which units; package experiment
// carries it out, package relunet computes.
//
// Run i of size n depends on the plan's settings and on (n, i) alone: sixteen
// runs that follow one another share the order of their minibatches and are
// trained together, as a pack, and a last pack that is not full trains the runs
// that would follow without reporting them.
package mnist

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/core/relunet"
)

// format is raised when the same plan begins to give other results or lines.
const format = 1

// A Law says how the learning rate falls from epoch to epoch.
type Law string

// The laws, for epochs e counted from 0.
const (
	Exp     Law = "exp"     // rate * decay^e
	Inverse Law = "inverse" // rate / (1 + decay*e)
)

// A Plan is everything that the results depend on.
type Plan struct {
	Experiment   string  `json:"experiment"` // "mnist"
	Format       int     `json:"format"`
	Sizes        []int   `json:"sizes"`            // hidden units, ascending
	Hidden       []int   `json:"hidden,omitempty"` // widths of two hidden layers or more, of the only size; absent: one layer of each size
	Runs         int     `json:"runs"`             // of each size
	Epochs       int     `json:"epochs"`
	Batch        int     `json:"batch"` // samples of a minibatch
	Rate         float64 `json:"rate"`  // learning rate of the first epoch, for the mean gradient of a minibatch
	Decay        float64 `json:"decay"`
	Law          Law     `json:"law"`
	Start        string  `json:"start"`             // a name that relunet.ParseStartDistribution knows
	Float64      bool    `json:"float64,omitempty"` // networks in float64, from the same starts
	Seed         uint64  `json:"seed"`
	TrainSamples int     `json:"train_samples"` // the first so many images; 0 in a preset: all
	TestSamples  int     `json:"test_samples"`
	Data         string  `json:"data"` // dataset.Data.Source
	DataSHA256   string  `json:"data_sha256"`
}

// Presets are the names that Preset knows.
func Presets() []string { return []string{"smoke", "quick", "paper", "paper-matched"} }

// Preset returns the plan of a name, on data that New fills in. The paper's
// text gives the sizes, 1000 runs, 200 epochs and starts in the unit cube. The
// rest of the last two presets won in `lossglass calibrate`, whose table is
// results/calibration/calibration.md. paper is the best law for starts in the
// cube: within 26 % of all ten published means, and not told apart from
// 1.62 * 0.77^e and 1.33 / (1 + 1.4 e). paper-matched is the best of all starts:
// within 4 %. smoke and quick keep the rates they began with, so that their
// results can be compared from version to version.
func Preset(name string) (Plan, error) {
	p := Plan{
		Experiment: "mnist", Format: format,
		Sizes: []int{25, 50, 100, 250, 500}, Runs: 1000, Epochs: 200, Batch: 100,
		Law: Exp, Start: relunet.Uniform1.String(), Seed: 1,
	}
	switch name {
	case "smoke":
		p.Sizes, p.Runs, p.Epochs = []int{2, 25}, 40, 1
		p.Rate, p.Decay = 1.177, 0.8
		p.TrainSamples, p.TestSamples = 2000, 500
	case "quick":
		p.Runs, p.Epochs = 32, 10
		p.Rate, p.Decay = 1.177, 0.8
	case "paper":
		p.Rate, p.Decay = 1.41, 0.77
	case "paper-matched":
		p.Rate, p.Decay, p.Start = 1.1, 0.775, relunet.Small.String()
	default:
		return Plan{}, fmt.Errorf("no preset %q; there are %s", name, strings.Join(Presets(), ", "))
	}
	return p, nil
}

// Limits of a plan: beyond them a slip of the finger would exhaust the memory.
const (
	maxSize   = 1 << 16
	maxParams = 1 << 23 // of a network
	maxRuns   = 1 << 20
)

// OfLayers returns the plan for networks with hidden layers of those widths only.
// Their size is the number of all hidden units; with one layer they are the
// paper's of that size.
func (p Plan) OfLayers(widths []int) Plan {
	p.Sizes, p.Hidden = []int{units(widths)}, nil
	if len(widths) > 1 {
		p.Hidden = widths
	}
	return p
}

// Layers returns the widths of the hidden layers of the networks of a size.
func (p Plan) Layers(n int) []int {
	if p.Hidden != nil {
		return p.Hidden
	}
	return []int{n}
}

// units returns the number of all hidden units.
func units(hidden []int) (n int) {
	for _, width := range hidden {
		n += width
	}
	return n
}

// network returns the widths of all layers of a network.
func network(hidden []int) []int {
	return slices.Concat([]int{dataset.Size}, hidden, []int{dataset.Classes})
}

// checkLayers says what is wrong with the widths of hidden layers, if anything.
func checkLayers(hidden []int) error {
	for _, width := range hidden {
		if width < 1 || width > maxSize {
			return fmt.Errorf("size %d: from 1 to %d hidden units are possible", width, maxSize)
		}
	}
	if n := relunet.Params(network(hidden)...); n > maxParams {
		return fmt.Errorf("hidden layers of %s units: %d parameters, at most %d are possible", LayersText(hidden), n, maxParams)
	}
	return nil
}

// LayersText writes the widths of hidden layers: 50-50.
func LayersText(hidden []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(hidden), "[]"), " ", "-")
}

// Validate says what is wrong with the settings, if anything; it does not look
// at the data.
func (p Plan) Validate() error {
	if len(p.Sizes) == 0 {
		return fmt.Errorf("no sizes: at least one is needed")
	}
	if p.Hidden != nil && !slices.Equal(p.Sizes, []int{units(p.Hidden)}) {
		return fmt.Errorf("sizes %v: hidden layers of %s units are one size, their sum", p.Sizes, LayersText(p.Hidden))
	}
	for _, n := range p.Sizes {
		if err := checkLayers(p.Layers(n)); err != nil {
			return err
		}
	}
	if p.Runs < 1 || p.Runs > maxRuns {
		return fmt.Errorf("%d runs: from 1 to %d are possible", p.Runs, maxRuns)
	}
	if p.Epochs < 1 {
		return fmt.Errorf("%d epochs: at least 1 is needed", p.Epochs)
	}
	if p.Batch < 1 {
		return fmt.Errorf("minibatch of %d: at least 1 is needed", p.Batch)
	}
	if !(p.Rate > 0) || math.IsInf(p.Rate, 0) {
		return fmt.Errorf("rate %v: a positive number is needed", p.Rate)
	}
	if !(p.Decay >= 0) || math.IsInf(p.Decay, 0) {
		return fmt.Errorf("decay %v: a number from 0 up is needed", p.Decay)
	}
	if p.Law != Exp && p.Law != Inverse {
		return fmt.Errorf("no law %q; there are %s, %s", p.Law, Exp, Inverse)
	}
	_, err := relunet.ParseStartDistribution(p.Start)
	return err
}

// on returns the plan with its sizes in order and the data filled in.
func (p Plan) on(data *dataset.Data) (Plan, error) {
	p.Sizes = slices.Compact(slices.Sorted(slices.Values(p.Sizes)))
	p.Data, p.DataSHA256 = data.Source, data.Digest
	for _, part := range []struct {
		name    string
		samples *int
		there   int
	}{
		{"training", &p.TrainSamples, data.Train.Len()},
		{"test", &p.TestSamples, data.Test.Len()},
	} {
		if *part.samples == 0 {
			*part.samples = part.there
		}
		if *part.samples < 1 || *part.samples > part.there {
			return Plan{}, fmt.Errorf("%d %s images asked for, the data have %d", *part.samples, part.name, part.there)
		}
	}
	return p, nil
}

// Rates returns the learning rates of the epochs in order.
func Rates(law Law, rate, decay float64, epochs int) []float64 {
	s := schedule{law: law, rate: rate, decay: decay}
	rates := make([]float64, epochs)
	for e := range rates {
		rates[e] = s.next()
	}
	return rates
}

// A schedule gives the learning rates of the epochs in order.
type schedule struct {
	law         Law
	rate, decay float64 // rate: of the next epoch (Exp) or of the first (Inverse)
	epoch       int
}

// next returns the rate of the next epoch. There is no sum of an unrounded
// product for a compiler to fuse.
func (s *schedule) next() float64 {
	defer func() { s.epoch++ }()
	if s.law == Inverse {
		return s.rate / (1 + float64(s.decay*float64(s.epoch)))
	}
	rate := s.rate
	s.rate *= s.decay
	return rate
}

// falls reports whether no rate is higher than the one before it.
func (s *schedule) falls() bool { return s.law == Inverse || s.decay <= 1 }
