package law

import (
	"math"
	"testing"
)

// The loss by which the gradient law judges is finite and exact for logits so far
// apart that the exponential of their difference overflows or underflows.
func TestCrossEntropyOfDistantLogits(t *testing.T) {
	for _, test := range []struct {
		logits []float64
		label  uint8
		want   float64
	}{
		{[]float64{0, 1000}, 0, 1000},
		{[]float64{0, 1000}, 1, 0},
		{[]float64{-1e5, -1e5}, 0, math.Ln2},
		{[]float64{1e300, 0, -1e300}, 2, 2e300},
		{[]float64{-3000}, 0, 0},
	} {
		if got := crossEntropy(test.logits, test.label); got != test.want {
			t.Errorf("loss of logits %v, label %d: %v, want %v", test.logits, test.label, got, test.want)
		}
	}
}

// The counterexample that once called correct kernels wrong: pixels that are
// integers give logits hundreds apart.
func TestLossOfDistantLogitsHasDifferences(t *testing.T) {
	params, widths := []float64{1, 0, 40, -40, 0, 0}, []int{1, 1, 2}
	loss := func(w float64) float64 {
		params[0] = w
		loss, _ := passes(params, widths, []float32{32}, 1)
		return loss
	}
	if got := (loss(1+1e-6) - loss(1-1e-6)) / 2e-6; !(math.Abs(got-2560) <= 1e-3) {
		t.Errorf("the difference of the loss is %v, want 2560", got)
	}
}
