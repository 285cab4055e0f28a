package spinglass

import (
	"maps"
	"slices"

	"gonum.org/v1/plot/plotter"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
)

// An agingCurve is the mean overlap C(t,t') with the state at a waiting time t',
// against t - t'.
type agingCurve struct {
	waiting  float64
	overlaps plotter.XYs
}

// agingCurves averages the overlaps of the trajectories of one size over its runs, for
// at most six waiting times, evenly chosen from the recorded ones. leftOut counts the
// overlaps that logarithmic axes cannot show.
func agingCurves(points []spinglass.Point, n int) (curves []agingCurve, leftOut int) {
	type pair struct{ earlier, step int }
	type mean struct {
		sum   float64
		count int
	}
	overlaps, times := make(map[pair]mean), make(map[int]float64)
	steps := make(map[int][]int) // recorded so far, by run
	for _, p := range points {
		if p.N != n {
			continue
		}
		times[p.Step] = p.Time
		steps[p.Run] = append(steps[p.Run], p.Step)
		recorded := steps[p.Run]
		for i, overlap := range p.Overlap[:min(len(p.Overlap), len(recorded)-1)] {
			at := pair{recorded[i], p.Step}
			m := overlaps[at]
			overlaps[at] = mean{m.sum + overlap, m.count + 1}
		}
	}
	for _, earlier := range evenly(slices.Sorted(maps.Keys(times)), 6) {
		c := agingCurve{waiting: times[earlier]}
		for _, step := range slices.Sorted(maps.Keys(times)) {
			if m, ok := overlaps[pair{earlier, step}]; ok {
				leftOut += appendLog(&c.overlaps, times[step]-c.waiting, m.sum/float64(m.count))
			}
		}
		if c.overlaps != nil {
			curves = append(curves, c)
		}
	}
	return curves, leftOut
}

// evenly returns all values except the last or, of more, the given number of them at
// even distances, with the first.
func evenly(values []int, most int) []int {
	values = values[:max(len(values)-1, 0)]
	if len(values) <= most {
		return values
	}
	chosen := make([]int, most)
	for i := range chosen {
		chosen[i] = values[i*(len(values)-1)/(most-1)]
	}
	return chosen
}
