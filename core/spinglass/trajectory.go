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

// Trajectory records the replicas w [n][replicas] after each of the given numbers of
// steps, which must ascend. To move the replicas it calls advance(from, to), which takes
// the steps from, ..., to-1. If advance returns an error, Trajectory returns it, and ctx.Err()
// if ctx is done. The scalar product of an overlap is the chain over the coordinates in order
// from +0.
func (g *Glass) Trajectory(ctx context.Context, w []float64, replicas int, steps []int, advance func(from, to int) error) ([]Snapshot, error) {
	g.checkReplicas(w, replicas)
	snapshots := make([]Snapshot, 0, len(steps))
	var points [][]float64
	grad, done := make([]float64, len(w)), 0
	for _, step := range steps {
		if step < done {
			panic(fmt.Sprintf("spinglass: step %d after step %d", step, done))
		}
		if step > done {
			if err := advance(done, step); err != nil {
				return nil, err
			}
		}
		done = step
		s := Snapshot{Step: step, Energy: make([]float64, replicas)}
		g.evaluate(ctx, w, grad, s.Energy, replicas, false)
		for r := range s.Energy {
			s.Energy[r] /= float64(g.n)
		}
		points = append(points, slices.Clone(w))
		for _, earlier := range points {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			s.Overlap = append(s.Overlap, overlaps(w, earlier, g.n, replicas))
		}
		snapshots = append(snapshots, s)
	}
	return snapshots, nil
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
