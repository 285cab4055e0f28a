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

// format is raised when the same plan begins to give other results or lines.
const format = 1

// A plan is everything that the results of a rung depend on.
type plan struct {
	Experiment   string    `json:"experiment"` // "calibration"
	Format       int       `json:"format"`
	Rung         int       `json:"rung"` // from 1
	Sizes        []int     `json:"sizes"`
	Runs         []int     `json:"runs"`  // by size
	Whole        bool      `json:"whole"` // train for all of the paper's epochs
	Settings     []Setting `json:"settings"`
	Seed         uint64    `json:"seed"`
	TrainSamples int       `json:"train_samples"`
	TestSamples  int       `json:"test_samples"`
	Data         string    `json:"data"`
	DataSHA256   string    `json:"data_sha256"`
}

func (c *Calibration) plan(i int, settings []Setting) plan {
	r, p := c.rungs[i], c.e.Plan()
	return plan{"calibration", format, i + 1, r.sizes, r.runs, r.whole, settings,
		p.Seed, p.TrainSamples, p.TestSamples, p.Data, p.DataSHA256}
}

// A result is the line of one network.
type result struct {
	N int `json:"n"`
	// Run counts the networks of a size in this rung: run r of setting s has
	// number relunet.Lanes s + r. Its start and minibatches are those of run
	// MnistRun of the MNIST experiment with this setting.
	Run           int           `json:"run"`
	MnistRun      int           `json:"mnist_run"`
	Setting       Setting       `json:"setting"`
	Epochs        int           `json:"epochs"`
	TrainLoss     mnist.Measure `json:"train_loss"`
	TestLoss      mnist.Measure `json:"test_loss"`
	DivergedEpoch int           `json:"diverged_epoch,omitempty"`
	WeightsSHA256 string        `json:"weights_sha256,omitempty"`
}

// A network is one course in a pack and its number in the rung.
type network struct {
	number  int
	setting Setting
	course  mnist.Course
}

// A pack is up to sixteen networks trained together.
type pack struct {
	key           string
	n             int
	batch, epochs int
	networks      []network
}

// units divides a rung into packs: networks of one size, minibatch and number of
// epochs, in the order of the settings.
func (c *Calibration) units(i int, settings []Setting) []pack {
	type kind struct{ batch, epochs int }
	var all []pack
	for j, n := range c.rungs[i].sizes {
		var kinds []kind
		of := map[kind][]network{}
		for number, s := range settings {
			k := kind{s.Batch, s.settled()}
			if c.rungs[i].whole {
				k.epochs = paperEpochs
			}
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
			for r := range c.rungs[i].runs[j] {
				of[k] = append(of[k], newNetwork(i, number, r, s))
			}
		}
		for _, k := range kinds {
			for part := range slices.Chunk(of[k], relunet.Lanes) {
				key := fmt.Sprintf("n=%d batch=%d epochs=%d first=%d", n, k.batch, k.epochs, part[0].number)
				all = append(all, pack{key, n, k.batch, k.epochs, part})
			}
		}
	}
	return all
}

func newNetwork(rung, number, run int, s Setting) network {
	start, err := relunet.ParseStartDistribution(s.Start)
	if err != nil {
		panic(err) // settings come from grid
	}
	return network{relunet.Lanes*number + run, s,
		mnist.Course{Run: relunet.Lanes*rung + run, Start: start, Law: s.Law, Rate: s.Rate, Decay: s.Decay}}
}

// unit returns a pack of rung i as a unit of work.
func (c *Calibration) unit(i int, p pack) experiment.Unit {
	cost := c.packCost(p)
	perFLOP := cost / float64(c.e.FLOPs(p.epochs, p.n))
	return experiment.Unit{
		Key:  p.key,
		Cost: cost,
		Run: func(ctx context.Context, progress func(float64)) ([]experiment.Line, error) {
			done := 0
			return c.measure(ctx, i, p, func(flops int) {
				done += flops
				progress(perFLOP * float64(done))
			})
		},
	}
}

// measure trains a pack and returns its lines.
func (c *Calibration) measure(ctx context.Context, i int, p pack, progress func(flops int)) ([]experiment.Line, error) {
	trial := mnist.Trial{Hidden: []int{p.n}, Pack: i, Batch: p.batch, Epochs: p.epochs}
	for _, n := range p.networks {
		trial.Courses = append(trial.Courses, n.course)
	}
	runs, err := c.e.Train(ctx, trial, progress)
	if err != nil {
		return nil, err
	}
	var lines []experiment.Line
	for lane, r := range runs {
		n := p.networks[lane]
		line, err := experiment.NewLine(result{r.N, n.number, r.Run, n.setting, r.Epochs,
			r.TrainLoss, r.TestLoss, r.DivergedEpoch, r.WeightsSHA256})
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// cost returns the time the packs take one core of the nominal speed, in seconds.
func (c *Calibration) cost(packs []pack) float64 {
	var s float64
	for _, p := range packs {
		s += c.packCost(p)
	}
	return s
}

// packCost returns the nominal time of a pack in seconds: of a sample and network
// 0.015 + n/400 microseconds at large minibatches (one AVX-512 core of 2024), and
// up to three times that at small ones, where the weights are written more often.
// Evaluation counts as two epochs.
func (c *Calibration) packCost(p pack) float64 {
	data := c.e.Plan()
	samples := float64(relunet.Lanes * data.TrainSamples * (p.epochs + 2))
	each := .015 + float64(p.n)/400
	return float64(samples*each) * (1 + 2/float64(p.batch)) * 1e-6
}

// readRung returns what a finished rung measured, in the order of its settings.
func readRung(dir string, i int, settings []Setting) ([]Measured, error) {
	there, err := experiment.Read(dir)
	if err != nil {
		return nil, err
	}
	all := make([]Measured, len(settings))
	for s, setting := range settings {
		all[s] = Measured{Rung: i + 1, Setting: setting}
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
