package spinglass

import (
	"encoding/json"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/disorder"
)

// A Run is the result of one start.
type Run struct {
	N        int     `json:"n"`        // spins, Lambda
	Run      int     `json:"run"`      // Disorder * starts + Start
	Disorder int     `json:"disorder"` // number of the disorder sample, from 0
	Start    int     `json:"start"`    // number of the start of this disorder sample, from 0
	Energy   float64 `json:"energy"`   // L/Lambda at the last point
	Gradient float64 `json:"gradient"` // |g|/sqrt(Lambda) there, with g the gradient along the sphere
	Steps    int     `json:"steps"`    // number of steps
	// Converged is true if Gradient is at most the plan's tolerance, false if the descent
	// ended after the plan's largest number of steps.
	Converged bool `json:"converged"`
	// Accepted is how many of the stochastic steps were accepted, with method mala.
	Accepted int `json:"accepted,omitempty"`
	// SHA256 is the digest of the last point's coordinates as little-endian float64.
	SHA256 string `json:"sha256"`
}

// Results are the runs in a directory.
type Results = experiment.Runs[Plan, Run]

// ReadRuns returns the runs in a directory, finished or not, verified as by
// experiment.Read.
func ReadRuns(dir string) (*Results, error) {
	return experiment.ReadRuns[Plan, Run](dir, name, format)
}

// StoredJob returns the job of a directory's plan, verified as by ReadRuns. Its units cannot be
// run.
func StoredJob(dir string) (experiment.Job, error) {
	return experiment.StoredJob[Plan, Run](dir, name, format, func(p Plan) experiment.Job { return (&Experiment{plan: p}).Job(nil) })
}

// ReadAll returns the runs of several directories as one experiment. Their plans may differ
// in the sizes and their numbers of disorder samples, on which no run depends, and in
// nothing else. The plan returned has all sizes, each with its largest number of disorder
// samples. A run that is in two directories must be the same in both. ReadAll panics
// without a directory.
func ReadAll(dirs ...string) (*Results, error) {
	merge := func(all *Plan, part Plan) { all.Sizes = disorder.Merge(all.Sizes, part.Sizes) }
	return experiment.ReadAll(dirs, ReadRuns, merge, func(r Run) (n, run int) { return r.N, r.Run }, "sizes")
}

// extends reports whether a stored plan has the same settings as p and no size, disorder sample or
// start that p has not: on none of them does a run depend. renumber gives a run the number that
// it has among the starts of p.
func (p Plan) extends(stored []byte) (renumber func(experiment.Line) (experiment.Line, error), ok bool) {
	var part Plan
	if !experiment.UnmarshalPlan(stored, &part) || part.Starts > p.Starts {
		return nil, false
	}
	if part.Starts < p.Starts {
		renumber = p.renumber
		part.Starts = p.Starts
	}
	if part.settings() != p.settings() {
		return nil, false
	}
	return renumber, disorder.Cover(p.Sizes, part.Sizes)
}

func (p Plan) renumber(line experiment.Line) (experiment.Line, error) {
	var r Run
	if err := json.Unmarshal(line.JSON, &r); err != nil {
		return line, err
	}
	r.Run = p.runNumber(r.Disorder, r.Start)
	return experiment.NewLine(r)
}

// runNumber returns the number of a start among the runs of its size.
func (p Plan) runNumber(disorder, start int) int { return disorder*p.Starts + start }
