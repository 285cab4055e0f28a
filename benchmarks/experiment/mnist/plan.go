// Package mnist is the MNIST experiment of "The Loss Surfaces of Multilayer Networks"
// (Choromanska et al., AISTATS 2015, sec. 5): many networks 100-n-10 trained from random
// starts by stochastic gradient descent, at several sizes n; or networks with more hidden
// layers, n units in all, as in the paper's theory. It defines what is trained and how the
// work is split into units. Package experiment runs the units, package relunet computes.
//
// Start with [Preset], which returns a [Plan]; [New] combines a plan with the images;
// [Experiment.Job] is what experiment.Run takes; [ReadRuns] reads the results.
//
// Run i of size n depends on the settings of the plan and on (n, i) alone. Sixteen
// consecutive runs, a [Pack], share the order of their minibatches and are trained
// together. Spare lanes of a last pack that is not full repeat its first network.
package mnist

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/core/relunet"
)

// format is increased when the same plan gives other results or other lines.
const format = 1

// A Schedule is the form of the learning-rate schedule.
type Schedule string

// The schedules: the learning rate of epoch e, counted from 0.
const (
	Exp     Schedule = "exp"     // rate * decay^e
	Inverse Schedule = "inverse" // rate / (1 + decay*e)
)

// A Plan is everything that the results depend on.
type Plan struct {
	Experiment   string   `json:"experiment"` // "mnist"
	Format       int      `json:"format"`
	Sizes        []int    `json:"sizes"`            // hidden units, ascending
	Hidden       []int    `json:"hidden,omitempty"` // widths of the hidden layers, if there are several, of the only size
	Runs         int      `json:"runs"`             // of each size
	Epochs       int      `json:"epochs"`
	Batch        int      `json:"batch"` // samples of a minibatch
	Rate         float64  `json:"rate"`  // learning rate of the first epoch, for the mean gradient of a minibatch
	Decay        float64  `json:"decay"`
	Schedule     Schedule `json:"law"`               // stored under the name that format 1 has always had
	Start        string   `json:"start"`             // a name that relunet.ParseStartDistribution accepts
	Float64      bool     `json:"float64,omitempty"` // train in float64, from the same starts
	Seed         uint64   `json:"seed"`
	TrainSamples int      `json:"train_samples"` // number of images, from the first on; 0 in a preset means all
	TestSamples  int      `json:"test_samples"`
	Data         string   `json:"data"` // dataset.Data.Source
	DataSHA256   string   `json:"data_sha256"`
}

// Presets returns the names that Preset accepts.
func Presets() []string { return []string{"smoke", "quick", "paper", "paper-matched"} }

// AllowsBuiltin reports whether the named preset may be computed on the built-in digits
// where MNIST is not available. The presets that take hours may not: nobody wants their
// results on other images.
func AllowsBuiltin(preset string) bool { return preset == "smoke" || preset == "quick" }

// Preset returns the named plan, without the properties of the data, which New adds.
//
// The text of the paper gives the sizes, 1000 runs, 200 epochs and starts in the unit
// cube. The other settings of the presets paper and paper-matched are those that
// `lossglass calibrate` found; its table is results/calibration/calibration.md. paper is
// the best schedule for starts in the cube: all ten mean losses are within 26 % of the
// published ones, and 1.62 * 0.77^e and 1.33 / (1 + 1.4 e) are not distinguishably worse.
// paper-matched is the best of all starts: within 4 %. smoke and quick keep the rates of
// the first version, so that their results can be compared between versions.
func Preset(name string) (Plan, error) {
	p := Plan{
		Experiment: "mnist", Format: format,
		Sizes: []int{25, 50, 100, 250, 500}, Runs: 1000, Epochs: 200, Batch: 100,
		Schedule: Exp, Start: relunet.Uniform1.String(), Seed: 1,
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

// Limits of a plan. Larger values are typing errors and would exhaust the memory.
const (
	maxSize   = 1 << 16
	maxParams = 1 << 23 // of a network
	maxRuns   = 1 << 20 // of one size
	maxTotal  = 1 << 22 // runs of all sizes
	maxEpochs = 1 << 20
	maxPoints = 1 << 23 // of all learning curves
	maxBytes  = 1 << 34 // of the memory of a pack
)

// WithLayers returns the plan with networks of the given hidden layers as its only size,
// which is the number of all hidden units. One layer gives the paper's networks.
func (p Plan) WithLayers(widths []int) Plan {
	p.Sizes, p.Hidden = []int{units(widths)}, nil
	if len(widths) > 1 {
		p.Hidden = widths
	}
	return p
}

// Layers returns the widths of the hidden layers of the networks of size n.
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

// checkLayers returns an error if hidden layers of those widths are not possible.
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

// LayersText formats the widths of hidden layers: "50-50".
func LayersText(hidden []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(hidden), "[]"), " ", "-")
}

// Validate returns an error that names the first setting that is not possible. It does
// not consider the data.
func (p Plan) Validate() error {
	if len(p.Sizes) == 0 {
		return fmt.Errorf("no sizes: at least one is needed")
	}
	if p.Hidden != nil && !slices.Equal(p.Sizes, []int{units(p.Hidden)}) {
		return fmt.Errorf("sizes: hidden layers of %s units are one size, their sum", LayersText(p.Hidden))
	}
	for _, n := range p.Sizes {
		if err := checkLayers(p.Layers(n)); err != nil {
			return err
		}
	}
	if p.Runs < 1 || p.Runs > maxRuns {
		return fmt.Errorf("%d runs: from 1 to %d are possible", p.Runs, maxRuns)
	}
	if float64(len(p.Sizes))*float64(p.Runs) > maxTotal {
		return fmt.Errorf("%d runs of each of %d sizes: %d in all are possible; compute some sizes in a directory of their own", p.Runs, len(p.Sizes), maxTotal)
	}
	if p.Epochs < 1 || p.Epochs > maxEpochs {
		return fmt.Errorf("%d epochs: from 1 to %d are possible", p.Epochs, maxEpochs)
	}
	if p.Batch < 1 {
		return fmt.Errorf("minibatch of %d: at least 1 is needed", p.Batch)
	}
	for _, n := range p.Sizes {
		if need := p.packBytes(n); need > maxBytes {
			return fmt.Errorf("minibatch of %d with %d hidden units: sixteen networks need %.0f GiB of memory, at most %d are possible; a smaller -batch needs less",
				p.Batch, n, need/(1<<30), maxBytes>>30)
		}
	}
	if !(p.Rate > 0) || math.IsInf(p.Rate, 0) {
		return fmt.Errorf("rate %v: a positive number is needed", p.Rate)
	}
	if !(p.Decay >= 0) || math.IsInf(p.Decay, 0) {
		return fmt.Errorf("decay %v: a number from 0 up is needed", p.Decay)
	}
	if p.Schedule != Exp && p.Schedule != Inverse {
		return fmt.Errorf("no schedule %q; there are %s, %s", p.Schedule, Exp, Inverse)
	}
	_, err := relunet.ParseStartDistribution(p.Start)
	return err
}

// ValidateCurves returns an error unless the learning curves of a valid plan, with a point
// after each `every` epochs, can be recorded.
func (p Plan) ValidateCurves(every int) error {
	if every < 1 {
		return fmt.Errorf("a curve with a point after each %d epochs: at least 1 is needed", every)
	}
	points := float64(p.Epochs/every+2) * float64(len(p.Sizes)) * float64(p.Runs)
	if points > maxPoints {
		return fmt.Errorf("curves of %.0f points in all: %d are possible; record them after more epochs each, or of fewer runs", points, maxPoints)
	}
	return nil
}

// packBytes returns about the memory of a pack of networks with n hidden units: their
// parameters, and the activations and deltas of a minibatch.
func (p Plan) packBytes(n int) float64 {
	number := 4.
	if p.Float64 {
		number = 8
	}
	parameters := relunet.Params(network(p.Layers(n))...)
	values := 2 * float64(n+dataset.Classes) * float64(p.Batch)
	return relunet.Lanes * number * (float64(parameters) + values)
}

// on returns the plan with its sizes sorted and with the properties of the data.
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

// Packs returns the packs of the plan, which must be valid.
func (p Plan) Packs() []Pack {
	start, err := relunet.ParseStartDistribution(p.Start)
	if err != nil {
		panic(err) // the plan is valid
	}
	var all []Pack
	for _, n := range p.Sizes {
		for number := 0; number*relunet.Lanes < p.Runs; number++ {
			pack := p.pack(p.Layers(n), number, start)
			pack.Networks = pack.Networks[:min(relunet.Lanes, p.Runs-number*relunet.Lanes)]
			all = append(all, pack)
		}
	}
	return all
}

// pack returns sixteen runs of networks with the given hidden layers.
func (p Plan) pack(hidden []int, number int, start relunet.StartDistribution) Pack {
	pack := Pack{Hidden: hidden, Number: number, Batch: p.Batch, Epochs: p.Epochs}
	for lane := range relunet.Lanes {
		pack.Networks = append(pack.Networks, Network{number*relunet.Lanes + lane, start, p.Schedule, p.Rate, p.Decay})
	}
	return pack
}

// Rates returns the learning rates of the epochs in order.
func Rates(schedule Schedule, rate, decay float64, epochs int) []float64 {
	r := rates{schedule: schedule, rate: rate, decay: decay}
	all := make([]float64, epochs)
	for e := range all {
		all[e] = r.next()
	}
	return all
}

// rates generates the learning rates of the epochs in order.
type rates struct {
	schedule    Schedule
	rate, decay float64 // rate: of the next epoch (Exp) or of the first (Inverse)
	epoch       int
}

// next returns the rate of the next epoch. It contains no sum of an unrounded product,
// which a compiler could fuse.
func (r *rates) next() float64 {
	defer func() { r.epoch++ }()
	if r.schedule == Inverse {
		return r.rate / (1 + float64(r.decay*float64(r.epoch)))
	}
	rate := r.rate
	r.rate *= r.decay
	return rate
}

// decrease reports whether no rate is higher than the one before it.
func (r *rates) decrease() bool { return r.schedule == Inverse || r.decay <= 1 }
