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

// A flow is the mean of the trajectories of one size.
type flow struct {
	n      int
	points []flowMean // by t
}

// A flowMean is the mean over the disorders at one time, with what other
// disorders could have given.
type flowMean struct {
	t               float64
	energy, overlap estimate.Estimate // overlap with the start; NaN if that was not recorded
}

// A step is where the mean of one disorder's starts is taken.
type step struct{ n, number, disorder int }

// flowsOf averages trajectories over the starts of each disorder and then over
// the disorders.
func flowsOf(points []spinglass.Point) []flow {
	energies, overlaps := make(map[step][]float64), make(map[step][]float64)
	begun := make(map[[2]int]bool) // runs recorded from their start on
	times := make(map[[2]int]float64)
	for _, p := range points {
		run := [2]int{p.N, p.Run}
		begun[run] = begun[run] || p.Step == 0
		s := step{p.N, p.Step, p.Disorder}
		times[[2]int{p.N, p.Step}] = p.Time
		energies[s] = append(energies[s], p.Energy)
		if begun[run] && len(p.Overlap) > 0 {
			overlaps[s] = append(overlaps[s], p.Overlap[0])
		}
	}
	disorders := func(of map[step][]float64, n, number int) []float64 {
		var means []float64
		for _, s := range slices.SortedFunc(maps.Keys(of), func(a, b step) int { return cmp.Compare(a.disorder, b.disorder) }) {
			if s.n == n && s.number == number {
				means = append(means, mean(of[s]))
			}
		}
		return means
	}
	var all []flow
	for _, key := range slices.SortedFunc(maps.Keys(times), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
		n, number := key[0], key[1]
		if len(all) == 0 || all[len(all)-1].n != n {
			all = append(all, flow{n: n})
		}
		last := &all[len(all)-1]
		last.points = append(last.points, flowMean{
			times[key], studentMean(disorders(energies, n, number), number), studentMean(disorders(overlaps, n, number), number),
		})
	}
	return all
}

// studentMean is the mean of independent values with draws whose percentiles are
// Student's interval.
func studentMean(values []float64, seed int) estimate.Estimate {
	e := estimate.Estimate{Value: mean(values)}
	if len(values) < 2 {
		return e
	}
	d := newDrawer(len(values), estimate.TrajectoryMeans, seed)
	for range estimate.ResampleCount {
		drawn, _ := d.draw(e.Value, sd(values))
		e.Resamples = append(e.Resamples, drawn)
	}
	return e
}

// fineRate is the largest rate whose steps count as gradient flow: at 0.01 the
// energy at t = 1 of p = 3 is about 0.003 below that of the flow.
const fineRate = .02

// isFlow reports whether a plan's trajectories follow the gradient.
func isFlow(p spinglass.Plan) bool { return p.Method == spinglass.GD && p.Rate <= fineRate }

// flowClaims compares the largest size with the limit, at the times of flowOf.
func flowClaims(s *statistics) []verdict.Claim {
	limit := flowOf(s.plan.P)
	if len(s.flows) == 0 || limit == nil || !s.isFlow {
		return nil
	}
	largest := s.flows[len(s.flows)-1]
	var energies, overlaps []verdict.Quantity
	for _, l := range limit {
		for _, m := range largest.points {
			if math.Abs(m.t-l.t) < 1e-9*l.t {
				label := fmt.Sprintf("t = %v", l.t)
				energies = append(energies, verdict.Quantity{Label: label, Estimate: shifted(m.energy, -l.energy)})
				overlaps = append(overlaps, verdict.Quantity{Label: label, Estimate: shifted(m.overlap, -l.overlap)})
			}
		}
	}
	rule := fmt.Sprintf("mean at %d spins minus the limit: between -%v and %v", largest.n, sameFlow, sameFlow)
	return []verdict.Claim{
		verdict.NewClaim("The energy falls along gradient flow as in the limit of many spins", flowSource(s.plan.P), rule, verdict.Checks(energies, around(sameFlow))),
		verdict.NewClaim("The overlap with the start falls as in the limit of many spins", flowSource(s.plan.P), rule, verdict.Checks(overlaps, around(sameFlow))),
	}
}

func flowSource(p int) string {
	if p == 2 {
		return "closed form, ratio of Bessel functions"
	}
	return "dynamical mean-field theory: Folena, Zamponi 2023"
}
