package anneal

import (
	"fmt"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
)

// A Run is the result of one run: the network trained by stochastic gradient descent, the one
// annealed from the same start, and one whose parameters are -1, 0 or 1.
type Run struct {
	mnist.Run
	Annealed    Ending `json:"annealed"`
	ThreeValued Ending `json:"three_valued"`
}

// An Ending describes an annealed network.
type Ending struct {
	TrainLoss     mnist.NullableFloat `json:"train_loss"` // mean negative log-likelihood
	TestLoss      mnist.NullableFloat `json:"test_loss"`
	TrainAccuracy mnist.NullableFloat `json:"train_accuracy"` // share of the images classified correctly
	TestAccuracy  mnist.NullableFloat `json:"test_accuracy"`
	Accepted      int                 `json:"accepted"`       // changes of the last sweep that were accepted,
	Changes       int                 `json:"changes"`        // of so many; those that leave the loss as it is do not count, those out of the box do
	WeightsSHA256 string              `json:"weights_sha256"` // relunet.Digest of the parameters
}

// ValidateStored implements experiment.StoredRun.
func (r Run) ValidateStored(p Plan) error {
	if err := r.Run.ValidateStored(p.Plan); err != nil {
		return err
	}
	for _, e := range []Ending{r.Annealed, r.ThreeValued} {
		if err := e.validate(r.N); err != nil {
			return err
		}
	}
	return nil
}

// validate returns an error that names the first field that no network of size n can have.
func (e Ending) validate(n int) error {
	if !(e.TrainLoss >= 0 && e.TestLoss >= 0) {
		return fmt.Errorf("annealed losses %v and %v: a mean negative log-likelihood is not negative", e.TrainLoss, e.TestLoss)
	}
	for _, accuracy := range []mnist.NullableFloat{e.TrainAccuracy, e.TestAccuracy} {
		if !(accuracy >= 0 && accuracy <= 1) {
			return fmt.Errorf("annealed accuracy %v: it is from 0 to 1", accuracy)
		}
	}
	if e.Accepted < 0 || e.Accepted > e.Changes || e.Changes > Parameters(n) {
		return fmt.Errorf("%d of %d changes accepted: a sweep tries %d", e.Accepted, e.Changes, Parameters(n))
	}
	return experiment.ValidateDigest(e.WeightsSHA256)
}

// Results are the runs in a directory.
type Results = experiment.Runs[Plan, Run]

// ReadRuns returns the runs in a directory, finished or not, verified as by
// experiment.Read.
func ReadRuns(dir string) (*Results, error) {
	return experiment.ReadRuns[Plan, Run](dir, name, format)
}

// ReadAll returns the runs of several directories as one experiment. Their plans may differ in
// the sizes and the number of runs only. ReadAll panics without a directory.
func ReadAll(dirs ...string) (*Results, error) {
	return mnist.ReadAllOf(dirs, ReadRuns, networks, func(r Run) mnist.Run { return r.Run })
}

// StoredJob returns the job of a directory's plan, verified as by ReadRuns. It needs no
// images: its units cannot be run.
func StoredJob(dir string) (experiment.Job, error) {
	return experiment.StoredJob[Plan, Run](dir, name, format, func(p Plan) experiment.Job { return (&Experiment{plan: p}).Job(nil) })
}
