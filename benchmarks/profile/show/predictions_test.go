package show

import (
	"testing"

	"github.com/lossglass/lossglass/benchmarks/profile"
)

// Predictions of kernels that never had a core of their own are neither right nor wrong.
func TestPredictionSummary(t *testing.T) {
	prediction := func(kernel string, measured float64) profile.Prediction {
		return profile.Prediction{Kernel: kernel, Predicted: 5, Measured: measured}
	}
	for _, c := range []struct {
		kernels     []profile.KernelPoint
		predictions []profile.Prediction
		want        string
	}{
		{nil, nil, ""},
		{nil, []profile.Prediction{prediction("A", 5.5), prediction("B", 10)}, "Predicted within 15 %: 1 of 2 kernels and sizes."},
		{[]profile.KernelPoint{{Kernel: "A"}, {Kernel: "B", Shared: true}}, []profile.Prediction{prediction("A", 5.5), prediction("B", 10)},
			"Predicted within 15 %: 1 of 1 kernels and sizes; of 1 others, no sample had a core of its own."},
	} {
		if got := predictionSummary(&profile.Profile{Kernels: c.kernels, Predictions: c.predictions}); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
