package glass

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/report/judge"
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
	energy, overlap judge.Estimate
}

// A moment is one point of the trajectory of one disorder: the means over its
// starts.
type moment struct {
	n, disorder     int
	t               float64
	energy, overlap float64
}

// flowsOf averages moments over the disorders.
func flowsOf(moments []moment) []flow {
	type key struct {
		n int
		t float64
	}
	energies, overlaps := make(map[key][]float64), make(map[key][]float64)
	times := make(map[int]map[float64]bool)
	for _, m := range moments {
		k := key{m.n, m.t}
		energies[k], overlaps[k] = append(energies[k], m.energy), append(overlaps[k], m.overlap)
		if times[m.n] == nil {
			times[m.n] = make(map[float64]bool)
		}
		times[m.n][m.t] = true
	}
	var all []flow
	for _, n := range slices.Sorted(maps.Keys(times)) {
		f := flow{n: n}
		for i, t := range slices.Sorted(maps.Keys(times[n])) {
			k := key{n, t}
			f.points = append(f.points, flowMean{t, studentMean(energies[k], i), studentMean(overlaps[k], i)})
		}
		all = append(all, f)
	}
	return all
}

// studentMean is the mean of independent values with draws whose percentiles are
// Student's interval.
func studentMean(values []float64, seed int) judge.Estimate {
	e := judge.Estimate{Value: mean(values)}
	if len(values) < 2 {
		return e
	}
	d := newDrawer(len(values), 6, seed)
	for range judge.Resamples {
		drawn, _ := d.draw(e.Value, sd(values))
		e.Resampled = append(e.Resampled, drawn)
	}
	return e
}

// flowClaims compares the largest size with the limit, at the times of flowOf.
func flowClaims(s *statistics) []judge.Claim {
	limit := flowOf(s.plan.P)
	if len(s.flows) == 0 || limit == nil {
		return nil
	}
	largest := s.flows[len(s.flows)-1]
	var energies, overlaps []judge.Quantity
	for _, l := range limit {
		for _, m := range largest.points {
			if math.Abs(m.t-l.t) < 1e-9*l.t {
				label := fmt.Sprintf("t = %v", l.t)
				energies = append(energies, judge.Quantity{Label: label, Estimate: shifted(m.energy, -l.energy)})
				overlaps = append(overlaps, judge.Quantity{Label: label, Estimate: shifted(m.overlap, -l.overlap)})
			}
		}
	}
	rule := fmt.Sprintf("mean at %d spins minus the limit: between -%v and %v", largest.n, sameFlow, sameFlow)
	return []judge.Claim{
		judge.NewClaim("The energy falls along gradient flow as in the limit of many spins", flowSource(s.plan.P), rule, judge.Checks(energies, around(sameFlow))),
		judge.NewClaim("The overlap with the start falls as in the limit of many spins", flowSource(s.plan.P), rule, judge.Checks(overlaps, around(sameFlow))),
	}
}

func flowSource(p int) string {
	if p == 2 {
		return "closed form, ratio of Bessel functions"
	}
	return "dynamical mean-field theory: Folena, Zamponi 2023"
}
