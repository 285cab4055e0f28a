package spinglass

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
)

// commands are the lines that compute the plan's runs and this report again.
func commands(p spinglass.Plan) []string {
	var sizes, disorders []string
	for _, s := range p.Sizes {
		sizes, disorders = append(sizes, fmt.Sprint(s.N)), append(disorders, fmt.Sprint(s.Disorders))
	}
	line := fmt.Sprintf("go run ./benchmarks/lossglass spinglass -p %d -sizes %s -disorders %s -starts %d -couplings %s -method %s -rate %v -settle %v -tol %v -max-steps %d -seed %d",
		p.P, strings.Join(sizes, ","), strings.Join(disorders, ","), p.Starts, p.Couplings, p.Method, p.Rate, p.Settle, p.Tolerance, p.MaxSteps, p.Seed)
	switch s := p.Stage; {
	case p.Method == spinglass.SGD:
		line += fmt.Sprintf(" -stage-steps %d -stage-rate %v -stage-decay %v -parts %d", s.Steps, s.Rate, s.Decay, s.Parts)
	case p.Method == spinglass.Langevin:
		line += fmt.Sprintf(" -stage-steps %d -stage-rate %v -temperature %v", s.Steps, s.Rate, s.Temperature)
	}
	return []string{
		line + " -out DIR",
		"go run ./benchmarks/lossglass report DIR",
	}
}
