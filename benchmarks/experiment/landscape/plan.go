// Package landscape is the experiment on whole landscapes: all critical points of the energy of
// small spherical p-spin glasses, and how many random starts descend to each minimum. It
// defines what is computed and how the work is split into units. Package experiment runs the
// units, package core/critical finds the points. The exact mean numbers that they are compared
// with are in core/landscape.
//
// Start with [Preset], which returns a [Plan]; [New] prepares it; [Experiment.Job] is what
// experiment.Run takes; [ReadRuns] reads the results.
//
// A run is one disorder sample. It depends on the settings of the plan and on its (n, disorder)
// alone, not on the other runs.
package landscape

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
	"github.com/lossglass/lossglass/core/critical"
	"github.com/lossglass/lossglass/core/landscape"
	"github.com/lossglass/lossglass/core/spinglass"
)

// name is the experiment's name in plans. format is increased when the same plan gives
// other results or other lines.
const (
	name   = "landscape"
	format = 1
)

// A Plan is everything that the results depend on.
type Plan struct {
	Experiment string                         `json:"experiment"` // "landscape"
	Format     int                            `json:"format"`
	P          int                            `json:"p"`
	Sizes      []disorder.Size                `json:"sizes"` // by N
	Couplings  spinglass.CouplingDistribution `json:"couplings"`
	Starts     int                            `json:"starts"`   // critical.Rule
	Patience   int                            `json:"patience"` // critical.Rule
	MostStarts int                            `json:"most_starts"`
	Descents   int                            `json:"descents"` // of each disorder, from other starts
	Rate       float64                        `json:"rate"`     // length of a step of a descent, as a factor of the gradient
	Tolerance  float64                        `json:"tolerance"`
	MaxSteps   int                            `json:"max_steps"`
	Seed       uint64                         `json:"seed"`
}

// Presets returns the names that Preset accepts.
func Presets() []string { return []string{"smoke", "quick", "full"} }

// Preset returns the named plan for interactions of p spins, with the given sizes or, if there
// are none, those of the preset.
func Preset(preset string, p int, sizes []int) (Plan, error) {
	plan := Plan{
		Experiment: name, Format: format, P: p, Couplings: spinglass.Gauss,
		Starts: 500, Patience: 20, MostStarts: 1 << 22, Tolerance: 1e-6, MaxSteps: 100000, Seed: 1,
	}
	if err := checkP(p); err != nil {
		return plan, err
	}
	// A third of the default, so that descents follow gradient flow more closely and steps are
	// stable at the larger curvatures of few spins.
	plan.Rate = 0.05 * (spinglass.DefaultRate(p) / spinglass.DefaultRate(3))
	var own []int
	var disorders []disorder.Size
	switch preset {
	case "smoke":
		own, plan.Descents, disorders = []int{2, 3, 4}, 50, []disorder.Size{{N: 4, Disorders: 20}, {N: 8, Disorders: 4}}
	case "quick":
		own, plan.Descents, disorders = []int{2, 3, 4, 5, 6}, 100, []disorder.Size{{N: 6, Disorders: 100}, {N: 8, Disorders: 20}}
	case "full":
		own, plan.Descents, disorders = []int{2, 3, 4, 5, 6, 7, 8}, 500, []disorder.Size{{N: 8, Disorders: 500}}
	default:
		return plan, fmt.Errorf("no preset %q; there are %s", preset, strings.Join(Presets(), ", "))
	}
	if sizes == nil {
		sizes = own
	}
	plan.Sizes = disorder.Choose(sizes, disorders)
	return plan, nil
}

// Limits of a plan. Larger values are typing errors, or results that do not fit into a line.
const (
	maxSpins  = 30  // the time of the exact means grows as the fifth power
	maxPoints = 300 // mean number of critical points of a disorder
	maxCount  = 1 << 20
	maxStarts = 1 << 30
)

// Validate returns an error that names the first setting that is not possible.
func (p Plan) Validate() error {
	if err := checkP(p.P); err != nil {
		return err
	}
	if len(p.Sizes) == 0 {
		return errors.New("no sizes: at least one is needed")
	}
	for _, s := range p.Sizes {
		if s.N < 2 || s.N > maxSpins {
			return fmt.Errorf("size %d: from 2 to %d spins are possible, to 10 for p = 3", s.N, maxSpins)
		}
		if mean := landscape.MeanCount(p.P, s.N, math.Inf(1)); mean > maxPoints {
			return fmt.Errorf("size %d: %.0f critical points are expected, and %d are possible", s.N, mean, maxPoints)
		}
		if err := checkCount("disorders", s.Disorders, 1, maxCount); err != nil {
			return err
		}
		if err := spinglass.Check(p.P, s.N, p.Couplings); err != nil {
			return err
		}
	}
	return p.validateNumbers()
}

func (p Plan) validateNumbers() error {
	for _, c := range []struct {
		noun               string
		value, least, most int
	}{
		{"starts", p.Starts, 1, maxStarts}, {"starts at most", p.MostStarts, p.Starts, maxStarts}, {"as the patience", p.Patience, 0, maxCount},
		{"descents", p.Descents, 0, maxCount}, {"steps of a descent", p.MaxSteps, 0, maxStarts},
	} {
		if err := checkCount(c.noun, c.value, c.least, c.most); err != nil {
			return err
		}
	}
	if !(p.Rate > 0 && p.Rate <= 1) {
		return fmt.Errorf("rate %v: a positive number up to 1 is needed", p.Rate)
	}
	if !(p.Tolerance >= 0 && p.Tolerance <= 1) {
		return fmt.Errorf("tolerance %v: a number from 0 to 1 is needed", p.Tolerance)
	}
	return nil
}

func checkP(p int) error {
	if p < 2 || p > 3 {
		return fmt.Errorf("p = %d: interactions of 2 and of 3 spins are possible", p)
	}
	return nil
}

func checkCount(noun string, value, least, most int) error {
	if value < least || value > most {
		return fmt.Errorf("%d %s: from %d to %d are possible", value, noun, least, most)
	}
	return nil
}

func (p Plan) rule() critical.Rule {
	return critical.Rule{Starts: p.Starts, Patience: p.Patience, Most: p.MostStarts}
}

// Runs returns the number of runs: of disorder samples of all sizes.
func (p Plan) Runs() int {
	runs := 0
	for _, s := range p.Sizes {
		runs += s.Disorders
	}
	return runs
}

// extends reports whether a stored plan has the same settings as p and no disorder sample that p
// has not.
func (p Plan) extends(stored []byte) bool {
	var part Plan
	if !experiment.UnmarshalPlan(stored, &part) {
		return false
	}
	covered := disorder.Cover(p.Sizes, part.Sizes)
	part.Sizes = p.Sizes
	a, errA := json.Marshal(part)
	b, errB := json.Marshal(p)
	return covered && errA == nil && errB == nil && string(a) == string(b)
}

// Flags returns the flags of `lossglass landscape` that give the plan.
func (p Plan) Flags() []string {
	return append([]string{fmt.Sprint("-p ", p.P)}, append(disorder.Flags(p.Sizes),
		fmt.Sprint("-couplings ", p.Couplings), fmt.Sprint("-starts ", p.Starts), fmt.Sprint("-patience ", p.Patience),
		fmt.Sprint("-most-starts ", p.MostStarts), fmt.Sprint("-descents ", p.Descents), fmt.Sprint("-rate ", p.Rate),
		fmt.Sprint("-tol ", p.Tolerance), fmt.Sprint("-max-steps ", p.MaxSteps), fmt.Sprint("-seed ", p.Seed))...)
}

// Commands returns the command lines that compute the plan's runs and report them.
func (p Plan) Commands() []string { return experiment.CommandLines(p.command()) }

// command returns the command line that computes the plan's runs, without -out.
func (p Plan) command() string { return "lossglass landscape " + strings.Join(p.Flags(), " ") }
