package mnist

import (
	"encoding/json"
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/core/relunet"
)

// A Run is the result of one run.
type Run struct {
	N             int           `json:"n"` // hidden units
	Run           int           `json:"run"`
	Hidden        string        `json:"hidden,omitempty"`  // widths of the hidden layers, "50-50"; absent for one layer of n units
	Float64       bool          `json:"float64,omitempty"` // whether it was trained in float64
	Seed          uint64        `json:"seed"`
	Data          string        `json:"data"`
	Epochs        int           `json:"epochs"`
	TrainLoss     NullableFloat `json:"train_loss"` // mean negative log-likelihood
	TestLoss      NullableFloat `json:"test_loss"`
	TrainAccuracy NullableFloat `json:"train_accuracy"` // share of the images classified correctly
	TestAccuracy  NullableFloat `json:"test_accuracy"`
	// DivergedEpoch is the first epoch, counted from 1, after which a weight was not
	// finite; 0 if there is none. Such a run has no losses, accuracies and digest. A run may
	// diverge with finite weights: see Diverged.
	DivergedEpoch int `json:"diverged_epoch,omitempty"`
	// WeightsSHA256 is the relunet.Digest of the trained parameters.
	WeightsSHA256 string `json:"weights_sha256,omitempty"`
}

// Pack returns the number of the run's pack. The runs of a pack share the order of
// their minibatches.
func (r *Run) Pack() int { return r.Run / relunet.Lanes }

// maxLoss is the largest mean loss of a run that did not diverge. At 100 nats the
// geometric mean of the probabilities of the right classes is 4e-44, near the smallest
// positive float32; equal probabilities of all ten classes have 2.3 nats.
const maxLoss = 100

// DivergedMeaning is the definition of Diverged in words.
const DivergedMeaning = "a weight, or the final train or test loss, is not a finite number, or that loss is above 100 nats"

// Diverged reports whether a weight left the finite range, or a final loss is NaN or above
// 100 nats. It is the one definition of divergence: of the tables, the claims, bench.txt
// and the calibration.
func (r *Run) Diverged() bool {
	return r.DivergedEpoch > 0 || LossDiverged(r.TrainLoss) || LossDiverged(r.TestLoss)
}

// LossDiverged reports whether a loss is NaN or above 100 nats.
func LossDiverged(loss NullableFloat) bool { return !(loss <= maxLoss) }

func (r *Run) diverge(epoch int) {
	nan := NullableFloat(math.NaN())
	r.DivergedEpoch = epoch
	r.TrainLoss, r.TestLoss, r.TrainAccuracy, r.TestAccuracy = nan, nan, nan, nan
}

// A NullableFloat is a number that is written as null in JSON if it is not finite, and read from
// null as NaN. Finite numbers are written in the shortest form that reads back as the same
// number.
type NullableFloat float64

// MarshalJSON implements json.Marshaler.
func (m NullableFloat) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(m)) || math.IsInf(float64(m), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(m))
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *NullableFloat) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		*m = NullableFloat(math.NaN())
		return nil
	}
	return json.Unmarshal(raw, (*float64)(m))
}

// Results are the runs in a directory.
type Results = experiment.Runs[Plan, Run]

// ReadRuns returns the runs in a directory, finished or not, verified as by
// experiment.Read.
func ReadRuns(dir string) (*Results, error) {
	return experiment.ReadRuns[Plan, Run](dir, "mnist", format)
}

// StoredJob returns the job of a directory's plan, verified as by ReadRuns. It needs no images:
// its units cannot be run.
func StoredJob(dir string) (experiment.Job, error) {
	return experiment.StoredJob[Plan, Run](dir, "mnist", format, func(p Plan) experiment.Job { return (&Experiment{plan: p}).Job(nil) })
}
