package spinglass

import (
	"fmt"
	"strings"
)

// Flags returns the flags of `lossglass spinglass` that give the plan.
func (p Plan) Flags() []string {
	var sizes, disorders []string
	for _, s := range p.Sizes {
		sizes, disorders = append(sizes, fmt.Sprint(s.N)), append(disorders, fmt.Sprint(s.Disorders))
	}
	flags := []string{
		fmt.Sprint("-p ", p.P), "-sizes " + strings.Join(sizes, ","), "-disorders " + strings.Join(disorders, ","),
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
func (p Plan) Commands() []string {
	const run = "go run ./benchmarks/"
	return []string{run + p.command() + " -out DIR", run + "lossglass report DIR"}
}

// command returns the command line that computes the plan's runs, without -out.
func (p Plan) command() string { return "lossglass spinglass " + strings.Join(p.Flags(), " ") }
