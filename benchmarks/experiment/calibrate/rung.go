package calibrate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/core/relunet"
)

// format is increased when the same plan gives other results or other lines.
const format = 1

// A plan is everything that the results of a rung depend on.
type plan struct {
	Experiment   string    `json:"experiment"` // "calibration"
	Format       int       `json:"format"`
	Rung         int       `json:"rung"` // from 1
	Sizes        []int     `json:"sizes"`
	Runs         []int     `json:"runs"`  // by size
	AllEpochs    bool      `json:"whole"` // train for all of the paper's epochs
	Settings     []Setting `json:"settings"`
	Seed         uint64    `json:"seed"`
	TrainSamples int       `json:"train_samples"`
	TestSamples  int       `json:"test_samples"`
	Data         string    `json:"data"`
	DataSHA256   string    `json:"data_sha256"`
}

func (c *Calibration) plan(i int, settings []Setting) plan {
	r, p := c.rungs[i], c.e.Plan()
	return plan{"calibration", format, i + 1, r.sizes, r.runs, r.allEpochs, settings,
		p.Seed, p.TrainSamples, p.TestSamples, p.Data, p.DataSHA256}
}

// A result is the line of one network.
type result struct {
	N int `json:"n"`
	// Run counts the networks of a size in this rung: run r of setting s has
	// number relunet.Lanes s + r. Its start and minibatches are those of run
	// MnistRun of the MNIST experiment with this setting.
	Run           int                 `json:"run"`
	MnistRun      int                 `json:"mnist_run"`
	Setting       Setting             `json:"setting"`
	Epochs        int                 `json:"epochs"`
	TrainLoss     mnist.NullableFloat `json:"train_loss"`
	TestLoss      mnist.NullableFloat `json:"test_loss"`
	DivergedEpoch int                 `json:"diverged_epoch,omitempty"`
	WeightsSHA256 string              `json:"weights_sha256,omitempty"`
}

// A candidate is one network of a setting and its number in the rung.
type candidate struct {
	number  int
	setting Setting
	network mnist.Network
}

// A pack is up to sixteen candidates that are trained together.
type pack struct {
	key        string
	n          int
	pack       mnist.Pack
	candidates []candidate
}

// packs divides a rung into packs: networks with the same size, minibatch and number of
// epochs, in the order of the settings.
func (c *Calibration) packs(i int, settings []Setting) []pack {
	type kind struct{ batch, epochs int }
	var all []pack
	for j, n := range c.rungs[i].sizes {
		var kinds []kind
		byKind := map[kind][]candidate{}
		for number, s := range settings {
			k := kind{s.Batch, s.settlingEpochs()}
			if c.rungs[i].allEpochs {
				k.epochs = paperEpochs
			}
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
			for r := range c.rungs[i].runs[j] {
				byKind[k] = append(byKind[k], newCandidate(i, number, r, s))
			}
		}
		for _, k := range kinds {
			for part := range slices.Chunk(byKind[k], relunet.Lanes) {
				key := fmt.Sprintf("n=%d batch=%d epochs=%d first=%d", n, k.batch, k.epochs, part[0].number)
				p := mnist.Pack{Hidden: []int{n}, Number: i, Batch: k.batch, Epochs: k.epochs}
				for _, c := range part {
					p.Networks = append(p.Networks, c.network)
				}
				all = append(all, pack{key, n, p, part})
			}
		}
	}
	return all
}

func newCandidate(rung, number, run int, s Setting) candidate {
	start, err := relunet.ParseStartDistribution(s.Start)
	if err != nil {
		panic(err) // settings come from grid
	}
	return candidate{relunet.Lanes*number + run, s,
		mnist.Network{Run: relunet.Lanes*rung + run, Start: start, Schedule: s.Schedule, Rate: s.Rate, Decay: s.Decay}}
}

// A unit computes one pack of a rung.
type unit struct {
	e    *mnist.Experiment
	pack pack
}

func (u unit) run(ctx context.Context, report func(experiment.Work), saved *experiment.Checkpoint) (out experiment.Output, err error) {
	runs, err := u.e.Train(ctx, u.pack.pack, report, saved)
	if err != nil {
		return out, err
	}
	for lane, r := range runs {
		c := u.pack.candidates[lane]
		line, err := experiment.NewLine(result{r.N, c.number, r.Run, c.setting, r.Epochs,
			r.TrainLoss, r.TestLoss, r.DivergedEpoch, r.WeightsSHA256})
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// cost returns the time of the packs on one core of the nominal speed, in seconds.
func (c *Calibration) cost(packs []pack) float64 {
	var s float64
	for _, p := range packs {
		s += c.packCost(p)
	}
	return s
}

// packCost returns the time of a pack on one core of the nominal speed, in seconds. A
// sample takes each network 0.015 + n/400 microseconds at large minibatches (one AVX-512
// core of 2024) and up to three times as long at small ones, where the weights are
// written more often. Evaluation counts as two epochs.
func (c *Calibration) packCost(p pack) float64 {
	data := c.e.Plan()
	samples := float64(relunet.Lanes * data.TrainSamples * (p.pack.Epochs + 2))
	each := .015 + float64(p.n)/400
	return float64(samples*each) * (1 + 2/float64(p.pack.Batch)) * 1e-6
}

// readRung returns the measurements of a finished rung, in the order of its settings.
func readRung(dir string, i int, settings []Setting) ([]Trial, error) {
	there, err := experiment.Read(dir)
	if err != nil {
		return nil, err
	}
	all := make([]Trial, len(settings))
	for s, setting := range settings {
		all[s] = Trial{Rung: i + 1, Setting: setting}
	}
	for _, line := range there.Lines {
		var r result
		if err := json.Unmarshal(line.JSON, &r); err != nil {
			return nil, fmt.Errorf("%s: n=%d run=%d: %w", dir, line.N, line.Run, err)
		}
		all[r.Run/relunet.Lanes].add(r)
	}
	for s := range all {
		all[s].score()
	}
	return all, nil
}
