// Package calibrate searches for the settings that the paper does not state, which are the
// minibatch, the learning-rate schedule and the starts: it looks for those whose mean
// losses are closest to the published ones. It uses no other published figures, such as
// variances and correlations, so that these remain a test.
//
// The search is successive halving in four rungs: a wide grid at two sizes; finer grids
// around its best settings; the best of those at all five sizes; the winners again, for the
// paper's 200 epochs. Each rung has its own starts and minibatch orders, so that chance in
// one rung does not favour a setting in the next. There are two contests, one among the
// starts in the paper's cube and one among all starts.
//
// Start with [New] and [Calibration.Run]. The command is `lossglass calibrate`.
package calibrate

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	words "github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// A Search is the settings of a search. Its table depends on them and on the data alone.
type Search struct {
	Seed uint64
	// Budget is the time that the search may take on one core of the nominal speed (see
	// cost). It determines how many settings reach the later rungs.
	Budget       time.Duration
	TrainSamples int // number of images, from the first on; 0: all
	TestSamples  int
}

// A Calibration is a search with its data.
type Calibration struct {
	search Search
	rungs  []rung
	e      *mnist.Experiment
}

// New prepares a search. A budget that the first rung exceeds is an error.
func New(search Search, data *dataset.Data, kernels *simd.Set) (*Calibration, error) {
	plan, err := mnist.Preset("paper")
	if err != nil {
		return nil, err
	}
	plan.Seed, plan.TrainSamples, plan.TestSamples = search.Seed, search.TrainSamples, search.TestSamples
	e, err := mnist.New(plan, data, kernels)
	if err != nil {
		return nil, err
	}
	c := &Calibration{search, rungs, e}
	if need, share := c.cost(c.packs(0, grid())), c.share(0); need > share {
		least := time.Duration(need / c.rungs[0].share * float64(time.Second))
		return nil, fmt.Errorf("budget %v: the first rung alone needs %v; give at least %v", search.Budget,
			seconds(need), least.Round(time.Second)+time.Second)
	}
	return c, nil
}

// Bytes returns the memory that a process takes at most while a number of workers computes
// the search, without garbage.
func (c *Calibration) Bytes(workers int) float64 { return c.e.Bytes(workers) }

// A contest is a set of settings in which the search looks for the best one.
type contest struct {
	name   string
	preset string // of the MNIST experiment, which gets the winner's settings
	admits func(Setting) bool
}

var contests = []contest{
	{"start uniform1", "paper", func(s Setting) bool { return s.Start == relunet.Uniform1.String() }},
	{"any start", "paper-matched", func(Setting) bool { return true }},
}

// A rung measures settings at some sizes.
type rung struct {
	title        string
	sizes        []int
	runs         []int   // networks of each setting, by size; at most relunet.Lanes
	maxProposals int     // groups of settings of each contest that may enter the rung
	share        float64 // of the budget
	// allEpochs: train for the paper's number of epochs. Otherwise training stops when at
	// most a hundredth of the sum of a setting's learning rates is left.
	allEpochs bool
	// propose returns groups of settings for the rung, the most promising first, given
	// the ranking of a contest in the rung before.
	propose func(ranking []Trial) [][]Setting
}

var rungs = []rung{
	{title: "wide grid", sizes: []int{25, 100}, runs: []int{2, 1}, share: .21},
	{title: "finer grids", sizes: []int{25, 100, 500}, runs: []int{4, 2, 1}, maxProposals: 4, share: .295, propose: refinements},
	{title: "all sizes", sizes: fiveSizes, runs: []int{8, 4, 4, 2, 2}, maxProposals: 8, share: .33, propose: sameSettings},
	{title: "winners, 200 epochs", sizes: fiveSizes, runs: []int{8, 8, 8, 8, 8}, maxProposals: 1, share: .165, allEpochs: true, propose: sameSettings},
}

var fiveSizes = []int{25, 50, 100, 250, 500}

// refinements returns a finer grid around the best setting of each family.
func refinements(ranking []Trial) [][]Setting {
	var all [][]Setting
	seen := map[family]bool{}
	for _, m := range ranking {
		if f := m.Setting.family(); !seen[f] {
			seen[f] = true
			all = append(all, m.Setting.finer())
		}
	}
	return all
}

// sameSettings proposes the settings of the rung before, each in a group of its own.
func sameSettings(ranking []Trial) [][]Setting {
	var all [][]Setting
	for _, m := range ranking {
		all = append(all, []Setting{m.Setting})
	}
	return all
}

// share returns the rung's share of the budget, in seconds of one core.
func (c *Calibration) share(rung int) float64 {
	return c.rungs[rung].share * c.search.Budget.Seconds()
}

// Run computes the search in the directory opt.Dir, each rung in a subdirectory. After an
// interruption, a second call continues. The environment is recorded in timing.jsonl.
func (c *Calibration) Run(ctx context.Context, opt experiment.Options, environment any) (*Table, error) {
	p := c.e.Plan()
	table := &Table{rungs: c.rungs, Search: c.search, Data: p.Data, DataSHA256: p.DataSHA256}
	settings := grid()
	fmt.Fprintf(opt.Stderr, "%d rungs, about %v in all with %s at the nominal speed\n",
		len(c.rungs), (c.search.Budget / time.Duration(opt.Workers)).Round(time.Second), words.Count(opt.Workers, "worker"))
	for i := range c.rungs {
		if i > 0 {
			settings = c.selectSettings(i, table.Rungs[i-1])
		}
		trials, err := c.computeRung(ctx, i, settings, opt, environment)
		if err != nil {
			return nil, err
		}
		table.Rungs = append(table.Rungs, trials)
	}
	return table, nil
}

// computeRung computes one rung.
func (c *Calibration) computeRung(ctx context.Context, i int, settings []Setting, opt experiment.Options, environment any) ([]Trial, error) {
	packs := c.packs(i, settings)
	c.announce(i, len(settings), packs, opt.Workers, opt.Stderr)
	job := experiment.Job{Plan: c.plan(i, settings), Environment: environment, Noun: "pack", Speed: mnist.Speed}
	for _, p := range packs {
		job.Runs += len(p.candidates)
		job.Units = append(job.Units, experiment.Unit{
			Key: p.key, Cost: c.packCost(p), FLOPs: c.e.FLOPs(p.pack), Run: unit{c.e, p}.run,
		})
	}
	opt.Dir = rungDir(opt.Dir, i)
	if err := experiment.Run(ctx, job, opt); err != nil {
		return nil, err
	}
	return readRung(opt.Dir, i, settings)
}

func rungDir(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("rung-%d", i+1)) }

// RungDirs returns the subdirectories of the rungs of a search in dir.
func RungDirs(dir string) []string {
	var all []string
	for i := range rungs {
		all = append(all, rungDir(dir, i))
	}
	return all
}

func (c *Calibration) announce(i, settings int, packs []pack, workers int, w io.Writer) {
	fmt.Fprintf(w, "rung %d of %d, %s: %s at n = %s in %s, about %v\n",
		i+1, len(c.rungs), c.rungs[i].title, words.Count(settings, "setting"), words.List(c.rungs[i].sizes), words.Count(len(packs), "pack"), seconds(c.cost(packs)/float64(workers)))
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Second)
}

// selectSettings returns the settings of a rung: the proposals of the contests in turn, until the
// rung's share of the budget is used up. The first proposal of each contest is selected in
// any case.
func (c *Calibration) selectSettings(i int, before []Trial) []Setting {
	var chosen []Setting
	for place := range c.rungs[i].maxProposals {
		for _, contest := range contests {
			proposals := c.rungs[i].propose(contest.ranking(before))
			if place >= len(proposals) || slices.Contains(chosen, proposals[place][0]) {
				continue
			}
			larger := slices.Concat(chosen, proposals[place])
			limit := max(c.share(i), c.cost(c.packs(i, chosen))) // free lanes cost nothing
			if place == 0 || c.cost(c.packs(i, larger)) <= limit {
				chosen = larger
			}
		}
	}
	return chosen
}

// ranking returns the contest's settings, the best first.
func (k contest) ranking(trials []Trial) []Trial {
	var list []Trial
	for _, m := range trials {
		if k.admits(m.Setting) {
			list = append(list, m)
		}
	}
	return ranking(list)
}

// ranking sorts settings stably by their worst deviation.
func ranking(trials []Trial) []Trial {
	return slices.SortedStableFunc(slices.Values(trials), func(a, b Trial) int { return cmp.Compare(a.Worst, b.Worst) })
}
