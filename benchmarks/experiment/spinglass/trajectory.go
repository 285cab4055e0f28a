package spinglass

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/spinglass"
)

// trajectoriesName is the name of the sidecar with the trajectories.
const trajectoriesName = "trajectories"

// A Point is one start after a number of steps. A start that has converged stays where
// it is.
type Point struct {
	N        int     `json:"n"`
	Run      int     `json:"run"`
	Disorder int     `json:"disorder"`
	Step     int     `json:"step"`
	Time     float64 `json:"time"`   // the sum of the lengths of the steps so far
	Energy   float64 `json:"energy"` // L/Lambda
	// Overlap is w(t).w(t')/Lambda with the recorded points of the start so far; the last
	// one is this point.
	Overlap []float64 `json:"overlap"`
}

// maxOverlaps is the largest number of overlaps in the trajectories of all runs: a few
// gibibytes of text.
const maxOverlaps = 1 << 27

// WithTrajectories returns the experiment with a job that also records every start after
// the given numbers of steps. They are written to the sidecar trajectories.jsonl; the
// results do not depend on them. It refuses a plan whose descents take steps of other
// lengths than the rate (Settle > 0), steps beyond the plan's, and more overlaps than fit in
// memory.
func (e *Experiment) WithTrajectories(steps []int) (*Experiment, error) {
	if len(steps) > 0 && e.plan.Settle > 0 {
		return nil, &experiment.SettingsError{Err: errors.New("a trajectory needs steps of constant length: settle 0")}
	}
	for _, step := range steps {
		if step < 0 || step > e.plan.MaxSteps {
			return nil, &experiment.SettingsError{Err: fmt.Errorf("a trajectory at step %d: from 0 to %d are possible", step, e.plan.MaxSteps)}
		}
	}
	with := *e
	with.trajectory = slices.Compact(slices.Sorted(slices.Values(steps)))
	points := float64(len(with.trajectory))
	if overlaps := float64(e.plan.Runs()) * points * (points + 1) / 2; overlaps > maxOverlaps {
		return nil, &experiment.SettingsError{Err: fmt.Errorf("trajectories of %d points of %d runs have %.0f overlaps: %d are possible; record fewer points, or fewer runs",
			len(with.trajectory), e.plan.Runs(), overlaps, maxOverlaps)}
	}
	return &with, nil
}

// trajectoryLines returns the sidecar lines of the unit.
func (u unit) trajectoryLines(ctx context.Context, snapshots []spinglass.Snapshot) ([]byte, error) {
	times := make([]float64, len(snapshots))
	for t, s := range snapshots {
		times[t] = u.plan.time(s.Step)
	}
	var lines bytes.Buffer
	recorded := len(snapshots)
	lines.Grow(u.count * (recorded*bytesPerPoint + recorded*(recorded+1)/2*bytesPerOverlap))
	for i := range u.count {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for t, s := range snapshots {
			p := Point{
				N: u.n, Run: u.plan.runNumber(u.disorder, u.first+i), Disorder: u.disorder,
				Step: s.Step, Time: times[t], Energy: s.Energy[i],
			}
			for _, overlap := range s.Overlap {
				p.Overlap = append(p.Overlap, overlap[i])
			}
			line, err := json.Marshal(p)
			if err != nil {
				return nil, err
			}
			lines.Write(append(line, '\n'))
		}
	}
	return lines.Bytes(), nil
}

// time returns the sum of the lengths of the first steps.
func (p Plan) time(steps int) float64 {
	if p.Stage == nil {
		return p.Rate * float64(steps)
	}
	first := min(steps, p.Stage.Steps)
	sum := float64(p.Rate * float64(steps-first))
	for t := range first {
		sum += p.Stage.Rate / (1 + float64(p.Stage.Decay*float64(t)))
	}
	return sum
}

// ReadTrajectories returns the points of a directory's trajectories, an empty list if none were
// recorded.
func ReadTrajectories(dir string) ([]Point, error) {
	return experiment.ReadSidecar[Plan, Point](dir, name, format, trajectoriesName)
}

// Place implements experiment.StoredPoint.
func (q Point) Place() (n, run, step int) { return q.N, q.Run, q.Step }
