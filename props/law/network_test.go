package law

import (
	"slices"
	"testing"
)

// distantLogits is a network with one hidden unit on an image of one large pixel:
// its logits are 2560 apart, so that the exponential of their difference overflows.
func distantLogits() trainingCase {
	return trainingCase{
		widths: []int{1, 1, 2}, images: [][]float32{{32}}, labels: []uint8{1},
		nets: [][]float32{{1, 0.5, 40, -40, 0, 0}}, rates: []float64{1}, text: "distant logits",
	}
}

// The gradient law calls the specification right where the logits are far apart, and
// still sees a bias that is not trained. Its loss once overflowed there.
func TestGradientLawOfDistantLogits(t *testing.T) {
	if wrong, sharp := ReferenceNetwork().gradientError(distantLogits(), 0); wrong != "" || !sharp {
		t.Errorf("the specification: %q, sharp bound %v", wrong, sharp)
	}
	biasLost := ReferenceNetwork()
	biasLost.Train = func(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64) {
		before := slices.Clone(nets[0])
		ReferenceNetwork().Train(nets, widths, images, labels, order, batch, rates)
		nets[0][1] = before[1]
	}
	if wrong, _ := biasLost.gradientError(distantLogits(), 0); wrong == "" {
		t.Error("a hidden bias that is not trained is not seen")
	}
}

// At a hidden unit exactly on its kink the law accepts a gate that is open and one that is
// shut, and still compares the other parameters.
func TestGradientLawOnKink(t *testing.T) {
	s := distantLogits()
	s.nets = [][]float32{{1, -32, 0.5, -0.5, 0.25, 0}}
	if wrong, _ := ReferenceNetwork().gradientError(s, 0); wrong != "" {
		t.Errorf("the specification: %s", wrong)
	}
	frozen := ReferenceNetwork()
	frozen.Train = func([][]float32, []int, [][]float32, []uint8, []int32, int, []float64) {}
	if wrong, _ := frozen.gradientError(s, 0); wrong == "" {
		t.Error("a network that is not trained is not seen")
	}
}

// An implementation that does not say how many networks and layers it takes is called with
// one of each.
func TestNetworkOfDefaultSizes(t *testing.T) {
	impl := ReferenceNetwork()
	impl.Nets, impl.Layers = 0, 0
	impl.Train = func(nets [][]float32, widths []int, images [][]float32, labels []uint8, order []int32, batch int, rates []float64) {
		if len(nets) != 1 || len(widths) != 3 {
			t.Errorf("%d networks of %d widths", len(nets), len(widths))
		}
		ReferenceNetwork().Train(nets, widths, images, labels, order, batch, rates)
	}
	for _, p := range NetworkProperties(impl) {
		if p.Name == "resumed" {
			if f := Falsify(p); f != nil {
				t.Error(f.Message)
			}
		}
	}
}
