package spinglass

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
)

// ValidateStored implements experiment.StoredPlan.
func (p Plan) ValidateStored() error {
	if err := p.Validate(); err != nil {
		return err
	}
	return experiment.ValidateSizes(disorder.Spins(p.Sizes))
}

// Contains implements experiment.StoredPlan.
func (p Plan) Contains(n, run int) bool {
	return run >= 0 && run < disorder.Of(p.Sizes, n)*p.Starts
}

// TotalRuns implements experiment.StoredPlan.
func (p Plan) TotalRuns() int { return p.Runs() }

// ValidateStored implements experiment.StoredRun.
func (r Run) ValidateStored(p Plan) error {
	if r.Disorder != r.Run/p.Starts || r.Start != r.Run%p.Starts {
		return fmt.Errorf("it is not start %d of disorder %d", r.Start, r.Disorder)
	}
	if math.Abs(r.Energy) > math.MaxFloat32 {
		return fmt.Errorf("energy %v: the energy of no point is so large", r.Energy)
	}
	if r.Gradient < 0 {
		return fmt.Errorf("gradient %v: a norm is not negative", r.Gradient)
	}
	if r.Steps < 0 || r.Steps > p.MaxSteps {
		return fmt.Errorf("%d steps: from 0 to %d are possible", r.Steps, p.MaxSteps)
	}
	if r.Accepted < 0 || r.Accepted > p.stageSteps() || r.Accepted > 0 && p.Method != MALA {
		return fmt.Errorf("%d accepted steps: from 0 to %d are possible, and none but with mala", r.Accepted, p.stageSteps())
	}
	return experiment.ValidateDigest(r.SHA256)
}

// ValidateStored returns an error that names the first field that no point of the
// plan's trajectories can have.
func (q Point) ValidateStored(p Plan) error {
	if !p.Contains(q.N, q.Run) || q.Disorder != q.Run/p.Starts {
		return fmt.Errorf("n=%d run=%d disorder=%d: the plan has no such run", q.N, q.Run, q.Disorder)
	}
	if q.Step < 0 || q.Step > p.MaxSteps || q.Time < 0 {
		return fmt.Errorf("step %d at time %v: from 0 to %d steps are possible", q.Step, q.Time, p.MaxSteps)
	}
	if math.Abs(q.Energy) > math.MaxFloat32 {
		return fmt.Errorf("energy %v: the energy of no point is so large", q.Energy)
	}
	for _, overlap := range q.Overlap {
		if math.Abs(overlap) > 1.001 {
			return fmt.Errorf("overlap %v: it is from -1 to 1", overlap)
		}
	}
	return nil
}
