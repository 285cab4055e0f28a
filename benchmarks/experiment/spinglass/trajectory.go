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

// Trajectories asks for the energy of every start after some numbers of steps,
// and its overlaps with its earlier positions. They stand in files of their own,
// and the results do not depend on them.
type Trajectories struct {
	Steps []int  // none: no trajectories
	Dir   string // the experiment's directory
}

func trajectories(dir string) experiment.Sidecar {
	return experiment.Sidecar{Dir: dir, Name: "trajectories"}
}

// A Point is one start at one moment. A start that is done stays where it ended.
type Point struct {
	N        int     `json:"n"`
	Run      int     `json:"run"`
	Disorder int     `json:"disorder"`
	Step     int     `json:"step"`
	Time     float64 `json:"time"`   // the sum of the lengths of the steps so far
	Energy   float64 `json:"energy"` // L/Lambda
	// Overlap is w(t).w(t')/Lambda with the points of the trajectory so far, this
	// one last.
	Overlap []float64 `json:"overlap"`
}

// RecordTrajectories makes the job record trajectories too. A unit that was
// finished before without them has none. It refuses a plan whose descents settle,
// in steps of another length.
func (e *Experiment) RecordTrajectories(t Trajectories) error {
	if len(t.Steps) > 0 && e.plan.Settle > 0 {
		return errors.New("a trajectory is one of steps at the rate: it needs settle 0")
	}
	t.Steps = slices.Compact(slices.Sorted(slices.Values(t.Steps)))
	for _, step := range t.Steps {
		if step < 0 || step > e.plan.MaxSteps {
			return fmt.Errorf("a trajectory at step %d: from 0 to %d are possible", step, e.plan.MaxSteps)
		}
	}
	e.record = t
	return nil
}

// along takes the walk to its end and returns the snapshots of its trajectory, if any
// are asked for. It returns ctx.Err() if ctx is done first.
func (t Trajectories) along(ctx context.Context, k *walk, plan Plan) (snapshots []spinglass.Snapshot, err error) {
	last := 0
	if len(t.Steps) > 0 {
		advance := func(from, to int) error { return k.advance(ctx, from, to) }
		if snapshots, err = k.glass.Trajectory(k.w, k.count, t.Steps, advance); err != nil {
			return nil, err
		}
		last = t.Steps[len(t.Steps)-1]
	}
	return snapshots, k.advance(ctx, last, plan.MaxSteps)
}

func (t Trajectories) write(plan Plan, s starts, snapshots []spinglass.Snapshot) error {
	if snapshots == nil {
		return nil
	}
	var lines bytes.Buffer
	for i := range s.count {
		for _, m := range snapshots {
			p := Point{
				N: s.n, Run: s.disorder*plan.Starts + s.first + i, Disorder: s.disorder,
				Step: m.Step, Time: plan.time(m.Step), Energy: m.Energy[i],
			}
			for _, c := range m.Overlap {
				p.Overlap = append(p.Overlap, c[i])
			}
			line, err := json.Marshal(p)
			if err != nil {
				return err
			}
			lines.Write(append(line, '\n'))
		}
	}
	return trajectories(t.Dir).Write(s.key(), lines.Bytes())
}

// time is the sum of the lengths of the first steps.
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

// MergeTrajectories writes trajectories.jsonl from the units' files, in the order
// of the plan. It returns how many units have one, and writes nothing if none has.
func MergeTrajectories(dir string, plan Plan) (units int, err error) {
	var keys []string
	for _, s := range plan.blocks() {
		keys = append(keys, s.key())
	}
	return trajectories(dir).Merge(keys)
}

// ReadTrajectories returns the points of trajectories.jsonl, none if there is no
// such file.
func ReadTrajectories(dir string) ([]Point, error) {
	return experiment.ReadSidecar[Point](trajectories(dir))
}
