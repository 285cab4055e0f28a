package spinglass

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment"

	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
)

// Flags returns the flags of `lossglass spinglass` that give the plan.
func (p Plan) Flags() []string {
	sizes := disorder.Flags(p.Sizes)
	flags := []string{
		fmt.Sprint("-p ", p.P), sizes[0], sizes[1],
		fmt.Sprint("-starts ", p.Starts), fmt.Sprint("-couplings ", p.Couplings), fmt.Sprint("-method ", p.Method),
		fmt.Sprint("-rate ", p.Rate), fmt.Sprint("-settle ", p.Settle), fmt.Sprint("-tol ", p.Tolerance),
		fmt.Sprint("-max-steps ", p.MaxSteps), fmt.Sprint("-seed ", p.Seed),
	}
	switch s := p.Stage; p.Method {
	case SGD:
		flags = append(flags, fmt.Sprintf("-stage-steps %d -stage-rate %v -stage-decay %v -parts %d", s.Steps, s.Rate, s.Decay, s.Parts))
	case Langevin, MALA:
		flags = append(flags, fmt.Sprintf("-stage-steps %d -stage-rate %v -temperature %v", s.Steps, s.Rate, s.Temperature))
	}
	return flags
}

// Commands returns the command lines that compute the plan's runs and report them.
func (p Plan) Commands() []string { return experiment.CommandLines(p.command()) }

// command returns the command line that computes the plan's runs, without -out.
func (p Plan) command() string { return "lossglass spinglass " + strings.Join(p.Flags(), " ") }
