package spinglass

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
	"github.com/lossglass/lossglass/benchmarks/report/verdict"
)

// A meanDescent is the mean of the trajectories of one size.
type meanDescent struct {
	n      int
	states []meanState // by time
}

// A meanState is the mean over the disorders at one time.
type meanState struct {
	t               float64
	energy, overlap estimate.Estimate // overlap with the start; NaN if that was not recorded
}

// averageTrajectories averages over the starts of each disorder and then over the
// disorders.
func averageTrajectories(points []spinglass.Point) []meanDescent {
	type place struct{ n, step, disorder int }
	energies, overlaps := make(map[place][]float64), make(map[place][]float64)
	fromStart := make(map[[2]int]bool) // runs (size, number) recorded from their start on
	times := make(map[[2]int]float64)  // by size and step
	for _, p := range points {
		run := [2]int{p.N, p.Run}
		fromStart[run] = fromStart[run] || p.Step == 0
		at := place{p.N, p.Step, p.Disorder}
		times[[2]int{p.N, p.Step}] = p.Time
		energies[at] = append(energies[at], p.Energy)
		if fromStart[run] && len(p.Overlap) > 0 {
			overlaps[at] = append(overlaps[at], p.Overlap[0])
		}
	}
	disorderMeans := func(values map[place][]float64, n, step int) []float64 {
		var means []float64
		for _, at := range slices.SortedFunc(maps.Keys(values), func(a, b place) int { return cmp.Compare(a.disorder, b.disorder) }) {
			if at.n == n && at.step == step {
				means = append(means, estimate.Mean(values[at]))
			}
		}
		return means
	}
	var descents []meanDescent
	for _, key := range slices.SortedFunc(maps.Keys(times), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
		n, step := key[0], key[1]
		if len(descents) == 0 || descents[len(descents)-1].n != n {
			descents = append(descents, meanDescent{n: n})
		}
		last := &descents[len(descents)-1]
		last.states = append(last.states, meanState{
			times[key], estimate.OfMean(disorderMeans(energies, n, step)), estimate.OfMean(disorderMeans(overlaps, n, step)),
		})
	}
	return descents
}

// fineRate is the largest rate at which gradient descent counts as gradient flow:
// at 0.01 the energy at t = 1 of p = 3 is about 0.003 below that of the flow.
const fineRate = .02

// followsGradient reports whether the trajectories of a plan are close to gradient
// flow.
func followsGradient(p spinglass.Plan) bool { return p.Method == spinglass.GD && p.Rate <= fineRate }

// flowClaims compares the largest size with the limit of many spins, at the times
// of flowStates.
func (s *statistics) flowClaims() []verdict.Claim {
	limit := flowStates(s.plan.P)
	if len(s.descents) == 0 || limit == nil || !s.isGradient {
		return nil
	}
	largest := s.descents[len(s.descents)-1]
	var energies, overlaps []verdict.Quantity
	for _, l := range limit {
		for _, m := range largest.states {
			if math.Abs(m.t-l.t) < 1e-9*l.t {
				label := fmt.Sprintf("t = %v", l.t)
				energies = append(energies, verdict.Quantity{Label: label, Estimate: m.energy.Plus(-l.energy)})
				overlaps = append(overlaps, verdict.Quantity{Label: label, Estimate: m.overlap.Plus(-l.overlap)})
			}
		}
	}
	rule := fmt.Sprintf("mean at %d spins minus the limit", largest.n)
	return []verdict.Claim{
		{Text: "The energy falls along gradient flow as in the limit of many spins", Source: flowSource(s.plan.P), Rule: rule, Region: verdict.Near0(sameFlow), Quantities: energies},
		{Text: "The overlap with the start falls as in the limit of many spins", Source: flowSource(s.plan.P), Rule: rule, Region: verdict.Near0(sameFlow), Quantities: overlaps},
	}
}

// flowSource names the source of flowStates.
func flowSource(p int) string {
	if p == 2 {
		return "closed form, ratio of Bessel functions"
	}
	return "dynamical mean-field theory: Folena, Zamponi 2023"
}
