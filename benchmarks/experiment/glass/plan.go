// Package glass is the spin-glass experiment of "The Loss Surfaces of
// Multilayer Networks" (Choromanska et al., AISTATS 2015, sec. 5): descents from
// many starts on the energy of a spherical p-spin glass, at several numbers
// Lambda of spins, here of several disorders each. It says what is computed and
// in which units; package experiment carries it out, core/spinglass computes.
//
// A run depends on the plan's settings and on its (Lambda, disorder, start)
// alone, not on the other runs.
package glass

import "fmt"

// name is the experiment's name in plans; format is raised when the same plan
// begins to give other results or lines.
const (
	name   = "spinglass"
	format = 1
)

// A Size is a number of spins and of samples of the couplings.
type Size struct {
	N         int `json:"n"` // Lambda
	Disorders int `json:"disorders"`
}

// A Plan is everything that the results depend on.
type Plan struct {
	Experiment  string  `json:"experiment"` // "spinglass"
	Format      int     `json:"format"`
	P           int     `json:"p"`         // spins that interact in a term, the paper's H
	Sizes       []Size  `json:"sizes"`     // by N
	Starts      int     `json:"starts"`    // of each disorder
	Couplings   string  `json:"couplings"` // their law, a name that core/spinglass knows
	Method      Method  `json:"method"`
	Rate        float64 `json:"rate"`        // step length, as a factor of the gradient
	Decay       float64 `json:"decay"`       // sgd: the rate of step t is rate / (1 + decay t)
	Parts       int     `json:"parts"`       // sgd: summands that the couplings are split into
	Temperature float64 `json:"temperature"` // langevin
	Tolerance   float64 `json:"tolerance"`   // a start is done at |g|/sqrt(Lambda) <= Tolerance
	MaxSteps    int     `json:"max_steps"`   // or after so many steps
	Seed        uint64  `json:"seed"`
}

// A Method is a way down.
type Method string

// The methods.
const (
	GD       Method = "gd"       // gradient descent at a fixed rate
	SGD      Method = "sgd"      // the paper's: one part of the couplings a step
	Langevin Method = "langevin" // gradient descent with thermal noise, then without
)

// settings is what a run of the plan depends on.
func (p Plan) settings() string {
	p.Sizes = nil
	return fmt.Sprintf("%+v", p)
}
