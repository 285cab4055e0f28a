package spinglass

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// A Snapshot describes the replicas after a number of steps of a trajectory.
type Snapshot struct {
	Step   int
	Energy []float64 // L/N of each replica
	// Overlap[i][r] is w(t).w(t')/N of replica r between this snapshot and snapshot i;
	// the last element is the overlap of this snapshot with itself.
	Overlap [][]float64
}

// A Trajectory has what was recorded of some replicas.
type Trajectory struct {
	Snapshots []Snapshot
	Points    [][]float64 // the replicas [n][replicas] at each snapshot
}

// Follow records the replicas w [n][replicas] after each of the given numbers of steps, which must
// ascend, and of which the first are those that the trajectory has already. To move the replicas
// it calls advance(from, to), which takes those of the steps from, ..., to-1 that are not taken
// yet. If advance returns an error, Follow returns it, and ctx.Err() if ctx is done; the trajectory then
// has the snapshots so far. The scalar product of an overlap is the chain over the coordinates in
// order from +0.
func (t *Trajectory) Follow(ctx context.Context, g *Glass, w []float64, replicas int, steps []int, advance func(from, to int) error) error {
	g.checkReplicas(w, replicas)
	grad, done := make([]float64, len(w)), 0
	for i, step := range steps {
		if step < done {
			panic(fmt.Sprintf("spinglass: step %d after step %d", step, done))
		}
		if i < len(t.Snapshots) {
			done = step
			continue
		}
		if step > done {
			if err := advance(done, step); err != nil {
				return err
			}
		}
		done = step
		s := Snapshot{Step: step, Energy: make([]float64, replicas)}
		g.evaluate(ctx, w, grad, s.Energy, replicas, false)
		for r := range s.Energy {
			s.Energy[r] /= float64(g.n)
		}
		point := slices.Clone(w)
		for _, earlier := range append(slices.Clip(t.Points), point) {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.Overlap = append(s.Overlap, overlaps(w, earlier, g.n, replicas))
		}
		t.Points, t.Snapshots = append(t.Points, point), append(t.Snapshots, s)
	}
	return nil
}

// overlaps returns a.b/n of each replica of a and b [n][replicas].
func overlaps(a, b []float64, n, replicas int) []float64 {
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
