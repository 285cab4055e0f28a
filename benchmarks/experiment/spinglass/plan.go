// Package spinglass is the spin-glass experiment of "The Loss Surfaces of Multilayer
// Networks" (Choromanska et al., AISTATS 2015, sec. 5): descents from many random starts
// on the energy of a spherical p-spin glass, at several numbers Lambda of spins; here with
// several disorder samples of each. It defines what is computed and how the work is split
// into units. Package experiment runs the units, package core/spinglass computes.
//
// Start with [Preset], which returns a [Plan]; [New] prepares it; [Experiment.Job] is what
// experiment.Run takes; [ReadRuns] reads the results.
//
// A run depends on the settings of the plan and on its (Lambda, disorder, start) alone,
// not on the other runs.
package spinglass

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/core/spinglass"
)

// name is the experiment's name in plans. format is increased when the same plan gives
// other results or other lines.
const (
	name   = "spinglass"
	format = 1
)

// A Size is a number of spins with its number of disorder samples.
type Size = disorder.Size

// A Plan is everything that the results depend on.
type Plan struct {
	Experiment string                         `json:"experiment"` // "spinglass"
	Format     int                            `json:"format"`
	P          int                            `json:"p"`      // spins in an interaction, the paper's H
	Sizes      []Size                         `json:"sizes"`  // by N
	Starts     int                            `json:"starts"` // of each disorder
	Couplings  spinglass.CouplingDistribution `json:"couplings"`
	Method     Method                         `json:"method"`
	Rate       float64                        `json:"rate"`      // length of a step, as a factor of the gradient
	Settle     float64                        `json:"settle"`    // spinglass.DescentRule
	Tolerance  float64                        `json:"tolerance"` // a start is done at |g|/sqrt(Lambda) <= Tolerance
	MaxSteps   int                            `json:"max_steps"` // or after so many steps
	Seed       uint64                         `json:"seed"`
	Stage      *Stage                         `json:"stage,omitempty"` // the stochastic steps of sgd, langevin and mala, before their descent
}

// A Stage is a number of stochastic steps.
type Stage struct {
	Steps       int     `json:"steps"`
	Rate        float64 `json:"rate"`
	Decay       float64 `json:"decay"`       // sgd: step t is rate / (1 + decay t) long
	Parts       int     `json:"parts"`       // sgd: number of summands that the couplings are split into; each step uses one, in turn
	Temperature float64 `json:"temperature"` // langevin, mala
}

// A Method is a way to minimise the energy.
type Method string

// The methods.
const (
	GD       Method = "gd"       // gradient descent, spinglass.DescentRule
	SGD      Method = "sgd"      // first the authors' stochastic gradient descent, spinglass.SGD
	Langevin Method = "langevin" // first Langevin dynamics at a temperature, spinglass.Langevin
	MALA     Method = "mala"     // the same with Metropolis-adjusted steps, whose equilibrium is exact, spinglass.MALA
)

func methods() []Method { return []Method{GD, SGD, Langevin, MALA} }

// stage returns the method's default stage. The authors' code takes 500 steps
// for each part at the rate 0.3 / (1 + 0.0015 t); its number of parts is not known.
func (m Method) stage(p int) *Stage {
	slower := slower(p)
	switch m {
	case SGD:
		return &Stage{Steps: 5000, Rate: 0.3 * slower, Decay: 0.0015, Parts: 10}
	case Langevin, MALA:
		return &Stage{Steps: 2000, Rate: 0.02 * slower, Temperature: 0.5}
	}
	return nil
}

// slower is how much shorter steps must be than at p = 3.
func slower(p int) float64 { return spinglass.DefaultRate(p) / spinglass.DefaultRate(3) }

// stageSteps returns the number of stochastic steps.
func (p Plan) stageSteps() int {
	if p.Stage == nil {
		return 0
	}
	return p.Stage.Steps
}

// Caution returns what must be known of the plan's results, "" if nothing: the equilibrium of long
// Langevin steps is biased.
func (p Plan) Caution() string {
	const longest = 0.01
	if p.Method != Langevin || p.Stage.Rate <= longest*slower(p.P) {
		return ""
	}
	return fmt.Sprintf("Langevin steps of %.3g are long: their energies in equilibrium are too high, at p = 3, 8 spins and temperature 2 by 0.055 per spin with steps of 0.08 and by 0.0085 with 0.01;"+
		" method mala has no such bias", p.Stage.Rate)
}

// Presets returns the names that Preset accepts.
func Presets() []string { return []string{"smoke", "quick", "paper"} }

// Preset returns the named plan for interactions of p spins and the given method, with
// the given sizes or, if there are none, those of the preset. The paper has Lambda from 25 to
// 500 with 1000 starts each and, as its histograms show, one disorder sample of each
// size. With several samples, the standard error of the mean can be estimated.
func Preset(name string, p int, method Method, sizes []int) (Plan, error) {
	plan := Plan{
		Experiment: "spinglass", Format: format, P: p, Couplings: spinglass.Gauss, Method: method,
		Settle: 0.1, Tolerance: 1e-3, MaxSteps: 20000, Seed: 1,
	}
	if err := checkP(p); err != nil {
		return plan, err
	}
	plan.Rate, plan.Stage = spinglass.DefaultRate(p), method.stage(p)
	var own []int
	var disorders []Size // up to these sizes; the last one's for larger ones
	switch name {
	case "smoke":
		own, plan.Starts = []int{8, 25}, 64
		disorders = []Size{{N: 25, Disorders: 3}, {N: 100, Disorders: 1}}
	case "quick":
		own, plan.Starts = []int{25, 50, 100, 250}, 100
		disorders = []Size{{N: 100, Disorders: 20}, {N: 250, Disorders: 6}, {N: 500, Disorders: 2}}
	case "paper":
		own, plan.Starts = []int{25, 50, 100, 200, 250, 300, 400, 500}, 1000
		disorders = []Size{{N: 50, Disorders: 100}, {N: 100, Disorders: 50}, {N: 300, Disorders: 20}, {N: 500, Disorders: 10}}
	default:
		return plan, fmt.Errorf("no preset %q; there are %s", name, strings.Join(Presets(), ", "))
	}
	if sizes == nil {
		sizes = own
	}
	plan.Sizes = disorder.Choose(sizes, disorders)
	return plan, nil
}

// Limits of a plan. Larger values are typing errors: they would exhaust the memory or
// overflow, or take for ever.
const (
	maxP      = 100
	maxSize   = 1 << 16
	maxCount  = 1 << 20 // of disorders, starts
	maxTotal  = 1 << 22 // runs of all sizes
	maxSteps  = 1<<31 - 1
	maxParts  = 1 << 10
	maxRate   = 1
	maxNumber = 1e6
)

// Validate returns an error that names the first setting that is not possible. It does
// not consider the memory.
func (p Plan) Validate() error {
	if err := checkP(p.P); err != nil {
		return err
	}
	if len(p.Sizes) == 0 {
		return fmt.Errorf("no sizes: at least one is needed")
	}
	runs := 0.
	for _, s := range p.Sizes {
		if s.N < 2 || s.N > maxSize {
			return fmt.Errorf("size %d: from 2 to %d spins are possible", s.N, maxSize)
		}
		if s.Disorders < 1 || s.Disorders > maxCount {
			return fmt.Errorf("%d disorders: from 1 to %d are possible", s.Disorders, maxCount)
		}
		runs += float64(s.Disorders) * float64(p.Starts)
		if err := spinglass.Check(p.P, s.N, p.Couplings); err != nil {
			return err
		}
	}
	if p.Starts < 1 || p.Starts > maxCount {
		return fmt.Errorf("%d starts: from 1 to %d are possible", p.Starts, maxCount)
	}
	if runs > maxTotal {
		return fmt.Errorf("%d starts of each disorder are %.0f runs in all: %d are possible; compute some disorders or sizes in a directory of their own", p.Starts, runs, maxTotal)
	}
	if !slices.Contains(methods(), p.Method) {
		return fmt.Errorf("no method %q; there are %s", p.Method, list(methods()))
	}
	if err := checkRate("rate", p.Rate); err != nil {
		return err
	}
	if err := checkNumbers(number{"tolerance", p.Tolerance}, number{"settle", p.Settle}); err != nil {
		return err
	}
	if p.MaxSteps < 0 || p.MaxSteps > maxSteps {
		return fmt.Errorf("%d steps: from 0 to %d are possible", p.MaxSteps, maxSteps)
	}
	return p.validateStage()
}

func checkP(p int) error {
	if p < 2 || p > maxP {
		return fmt.Errorf("p = %d: interactions of 2 to %d spins are possible", p, maxP)
	}
	return nil
}

func (p Plan) validateStage() error {
	s := p.Stage
	if (s != nil) != (p.Method != GD) {
		return fmt.Errorf("method %s: sgd, langevin and mala, and no other, have a stage of stochastic steps", p.Method)
	}
	if s == nil {
		return nil
	}
	if s.Steps < 1 || s.Steps > p.MaxSteps {
		return fmt.Errorf("%d stochastic steps: from 1 to all %d are possible; method gd takes none", s.Steps, p.MaxSteps)
	}
	if p.Method == SGD && s.Temperature != 0 {
		return errors.New("temperature: sgd has none, langevin and mala have one")
	}
	if p.Method != SGD && (s.Decay != 0 || s.Parts != 0) {
		return fmt.Errorf("decay and parts of the stochastic steps: %s has none, sgd has", p.Method)
	}
	if p.Method == MALA && s.Temperature == 0 {
		return errors.New("temperature 0: mala needs a positive one; langevin takes steps without noise")
	}
	if p.Method == SGD && (s.Parts < 1 || s.Parts > maxParts) {
		return fmt.Errorf("%d parts: from 1 to %d are possible", s.Parts, maxParts)
	}
	if err := checkRate("rate of the stochastic steps", s.Rate); err != nil {
		return err
	}
	return checkNumbers(number{"decay", s.Decay}, number{"temperature", s.Temperature})
}

func checkRate(name string, rate float64) error {
	if !(rate > 0 && rate <= maxRate) {
		return fmt.Errorf("%s %v: a positive number up to %d is needed", name, rate, maxRate)
	}
	return nil
}

type number struct {
	name  string
	value float64
}

func checkNumbers(numbers ...number) error {
	for _, v := range numbers {
		if !(v.value >= 0 && v.value <= maxNumber) {
			return fmt.Errorf("%s %v: a number from 0 to %g is needed", v.name, v.value, maxNumber)
		}
	}
	return nil
}

func list[S ~string](names []S) string {
	text := make([]string, len(names))
	for i, n := range names {
		text[i] = string(n)
	}
	return strings.Join(text, ", ")
}

// settings returns, as text, the settings that every run of the plan depends on.
func (p Plan) settings() string {
	p.Sizes = nil
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // a plan is plain data
	}
	return string(text)
}

// SetDisorders sets the number of disorders of a size.
func (p Plan) SetDisorders(n, disorders int) { disorder.Set(p.Sizes, n, disorders) }

// Runs returns the number of runs.
func (p Plan) Runs() int {
	runs := 0
	for _, s := range p.Sizes {
		runs += s.Disorders * p.Starts
	}
	return runs
}

// expectedSteps returns about the mean number of steps of a start, for estimates of the
// time: as measured at p = 3 with the default settings, and inversely proportional to
// the rate.
func (p Plan) expectedSteps(n int) float64 {
	steps := 14 * math.Sqrt(float64(n)) * spinglass.DefaultRate(p.P) / p.Rate
	if p.Stage != nil {
		steps += float64(p.Stage.Steps)
	}
	return min(steps, float64(p.MaxSteps)) + 1
}
