package relunet_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// Gradient and Hessian agree with those that testdata/hessian.py has computed in NumPy, in
// another way and with no code of this package.
func TestHessianEqualsNumPy(t *testing.T) {
	raw, err := os.ReadFile("testdata/hessian.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Widths            []int
		Params            []float64
		Pixels            []float32
		Labels            []int
		Gradient, Hessian []float64
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	labels := make([]uint8, len(want.Labels))
	for i, label := range want.Labels {
		labels[i] = uint8(label)
	}
	im, err := relunet.NewImages(want.Pixels, labels, want.Widths[0], want.Widths[2])
	if err != nil {
		t.Fatal(err)
	}
	c := &lossCase{widths: want.Widths, params: want.Params, images: im}
	m := relunet.NewMeanLoss(simd.Detect(), im, 2, want.Widths...)
	_, gradient := c.gradient(t, m)
	for what, x := range map[string][2][]float64{"gradient": {gradient, want.Gradient}, "Hessian": {c.hessian(t, m), want.Hessian}} {
		if len(x[0]) != len(x[1]) {
			t.Fatalf("%s: %d numbers, NumPy has %d", what, len(x[0]), len(x[1]))
		}
		for i, y := range x[1] {
			if math.Abs(x[0][i]-y) > 1e-14 {
				t.Errorf("%s: element %d is %v, in NumPy %v", what, i, x[0][i], y)
			}
		}
	}
}
