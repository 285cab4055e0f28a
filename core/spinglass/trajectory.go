package spinglass

import (
	"fmt"
	"math"
)

// A Moment is the replicas at one moment of a trajectory.
type Moment struct {
	Step   int
	Energy []float64 // L/N of each replica
	// Overlap are C(t,t') = w(t).w(t')/N of each replica with the moments so far,
	// in order, this one last.
	Overlap [][]float64
}

// Trajectory records the replicas w [n][replicas] after the given numbers of
// steps, in ascending order, moving them by advance(from, to), which takes the
// steps from, ... to-1 and returns false to stop; Trajectory is nil then. A sum is a chain over j ascending from +0.
func (g *Glass) Trajectory(w []float64, replicas int, steps []int, advance func(from, to int) bool) []Moment {
	moments := make([]Moment, 0, len(steps))
	var points [][]float64
	grad, done := make([]float64, len(w)), 0
	for _, step := range steps {
		if step < done {
			panic(fmt.Sprintf("spinglass: step %d after step %d", step, done))
		}
		if step > done && !advance(done, step) {
			return nil
		}
		done = step
		m := Moment{Step: step, Energy: make([]float64, replicas)}
		g.EnergyGradient(w, grad, m.Energy, replicas)
		for r := range m.Energy {
			m.Energy[r] /= float64(g.n)
		}
		points = append(points, append([]float64(nil), w...))
		for _, then := range points {
			m.Overlap = append(m.Overlap, overlap(w, then, g.n, replicas))
		}
		moments = append(moments, m)
	}
	return moments
}

func overlap(a, b []float64, n, replicas int) []float64 {
	sum := make([]float64, replicas)
	for j := range n {
		for r := range sum {
			sum[r] = math.FMA(a[j*replicas+r], b[j*replicas+r], sum[r])
		}
	}
	for r := range sum {
		sum[r] /= float64(n)
	}
	return sum
}
