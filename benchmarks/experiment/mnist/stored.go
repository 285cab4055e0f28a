package mnist

import (
	"fmt"
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
)

// ValidateStored implements experiment.StoredPlan.
func (p Plan) ValidateStored() error {
	if err := p.Validate(); err != nil {
		return err
	}
	if err := experiment.ValidateSizes(p.Sizes); err != nil {
		return err
	}
	return p.validateData()
}

// validateData checks the properties of the data, which the plan of a preset has not yet.
func (p Plan) validateData() error {
	if sources := []string{"mnist", "any", dataset.Builtin}; !slices.Contains(sources, p.Data) {
		return fmt.Errorf("no data %q; there are %s, %s, %s", p.Data, sources[0], sources[1], sources[2])
	}
	if p.TrainSamples < 1 || p.TrainSamples > dataset.MaxImages || p.TestSamples < 1 || p.TestSamples > dataset.MaxImages {
		return fmt.Errorf("%d training and %d test images: from 1 to %d are possible of each", p.TrainSamples, p.TestSamples, dataset.MaxImages)
	}
	return experiment.ValidateDigest(p.DataSHA256)
}

// Contains implements experiment.StoredPlan.
func (p Plan) Contains(n, run int) bool {
	return slices.Contains(p.Sizes, n) && run >= 0 && run < p.Runs
}

// TotalRuns implements experiment.StoredPlan.
func (p Plan) TotalRuns() int { return len(p.Sizes) * p.Runs }

// ValidateStored implements experiment.StoredRun.
func (r Run) ValidateStored(p Plan) error {
	hidden := ""
	if p.Hidden != nil {
		hidden = LayersText(p.Hidden)
	}
	if r.Seed != p.Seed || r.Data != p.Data || r.Epochs != p.Epochs || r.Float64 != p.Float64 || r.Hidden != hidden {
		return fmt.Errorf("its seed, data, epochs, precision or layers are not the plan's")
	}
	if r.DivergedEpoch < 0 || r.DivergedEpoch > p.Epochs {
		return fmt.Errorf("diverged after epoch %d: from 1 to %d are possible", r.DivergedEpoch, p.Epochs)
	}
	if r.TrainLoss < 0 || r.TestLoss < 0 {
		return fmt.Errorf("losses %v and %v: a mean negative log-likelihood is not negative", r.TrainLoss, r.TestLoss)
	}
	for _, accuracy := range []NullableFloat{r.TrainAccuracy, r.TestAccuracy} {
		if accuracy < 0 || accuracy > 1 || math.IsNaN(float64(accuracy)) != (r.DivergedEpoch > 0) {
			return fmt.Errorf("accuracy %v: it is from 0 to 1, and null if a weight is not finite", accuracy)
		}
	}
	return experiment.ValidateDigest(r.WeightsSHA256)
}

// ValidateStored returns an error that names the first field that no point of the
// plan's learning curves can have.
func (q Point) ValidateStored(p Plan) error {
	if !p.Contains(q.N, q.Run) {
		return fmt.Errorf("n=%d run=%d: the plan has no such run", q.N, q.Run)
	}
	if q.Epoch < 0 || q.Epoch > p.Epochs {
		return fmt.Errorf("epoch %d: from 0 to %d are possible", q.Epoch, p.Epochs)
	}
	if q.TrainLoss < 0 || q.TestLoss < 0 {
		return fmt.Errorf("losses %v and %v: a mean negative log-likelihood is not negative", q.TrainLoss, q.TestLoss)
	}
	return nil
}
