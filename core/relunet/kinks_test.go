package relunet_test

import (
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// kinked returns a network with two inputs and three hidden units. The parameters of the unit 1 are zero,
// so that it is in the kinks of all images.
func kinked(t *testing.T, pixels []float32, labels ...uint8) *lossCase {
	t.Helper()
	c := &lossCase{widths: []int{2, 3, 2}, labels: labels}
	s := stream.New(1, "kinked")
	c.params = make([]float64, relunet.Params(c.widths...))
	for i := range c.params {
		c.params[i] = s.Signed()
	}
	for _, i := range []int{2, 3, 7} { // the weights and the bias of unit 1
		c.params[i] = 0
	}
	c.pixels = slices.Collect(slices.Chunk(widened[float64](pixels), 2))
	var err error
	if c.images, err = relunet.NewImages(pixels, labels, 2, 2); err != nil {
		t.Fatal(err)
	}
	return c
}

// beside returns the gradient where the weights and the bias of unit 1 are these.
func (c *lossCase) beside(t *testing.T, m *relunet.MeanLoss, w0, w1, b float64) []float64 {
	moved := *c
	moved.params = slices.Clone(c.params)
	moved.params[2], moved.params[3], moved.params[7] = w0, w1, b
	_, gradient := moved.gradient(t, m)
	return gradient
}

// The smallest generalised gradient is the smallest convex combination of the gradients of the pieces
// that meet at the point: here four, where either image is on either side of its kink.
func TestSmallestGradient(t *testing.T) {
	const e = 1e-9
	for name, labels := range map[string][]uint8{"equal": {1, 1, 0, 1}, "different": {0, 1, 1, 0}} {
		c := kinked(t, []float32{1, 0, 0, .5}, labels[:2]...)
		for _, threads := range []int{1, 2} {
			m := c.meanLoss(simd.Detect(), threads)
			norm, kinks, err := m.SmallestGradient(t.Context(), c.params, 0)
			if err != nil || len(kinks) != 2 || kinks[0].Unit != 1 || kinks[0].Image != 0 || kinks[1].Image != 1 {
				t.Fatalf("%s: %+v, error %v", name, kinks, err)
			}
			off, first, second := c.beside(t, m, -e, -e, 0), c.beside(t, m, e, -e, 0), c.beside(t, m, -e, e, 0)
			smallest, gates := math.Inf(1), [2]float64{}
			const grid = 200
			for i := range grid + 1 {
				for j := range grid + 1 {
					a, b, square := float64(i)/grid, float64(j)/grid, 0.0
					for k, x := range off {
						y := x + a*(first[k]-x) + b*(second[k]-x)
						square += y * y
					}
					if square < smallest {
						smallest, gates = square, [2]float64{a, b}
					}
				}
			}
			if best := math.Sqrt(smallest); norm > best+1e-8 || norm < best-1e-4 || math.Abs(kinks[0].Gate-gates[0]) > 2./grid || math.Abs(kinks[1].Gate-gates[1]) > 2./grid {
				t.Errorf("%s: norm %v with gates %v and %v, want %v with %v", name, norm, kinks[0].Gate, kinks[1].Gate, best, gates)
			}
		}
	}
}

// Where there is no kink, the gradient is the only generalised one. Kinks are found at any distance that is
// asked for, and across each the unit changes.
func TestNearKinks(t *testing.T) {
	c := newLossCase(t, stream.New(2, "kinks"), 40, 5, 4, 3)
	m := c.meanLoss(simd.Detect(), 2)
	_, gradient := c.gradient(t, m)
	norm, kinks, err := m.SmallestGradient(t.Context(), c.params, 0)
	if err != nil || len(kinks) != 0 || norm != math.Sqrt(chain(0, gradient, gradient)) {
		t.Errorf("norm %v, %d kinks, error %v", norm, len(kinks), err)
	}
	near, all, err := m.SmallestGradient(t.Context(), c.params, 0.2)
	if err != nil || len(all) == 0 || !(near < norm) {
		t.Fatalf("norm %v, %d kinks, error %v", near, len(all), err)
	}
	normal := make([]float64, len(c.params))
	for _, k := range all {
		m.Normal(k, normal)
		z, square := chain(0, normal, c.params), chain(0, normal, normal)
		if distance := math.Abs(z) / math.Sqrt(square); distance > 0.2+1e-12 {
			t.Errorf("%+v is %v away", k, distance)
		}
		moved := *c
		moved.params = slices.Clone(c.params)
		for i := range normal {
			moved.params[i] -= 1.01 * z / square * normal[i]
		}
		if after := chain(0, normal, moved.params); after*z >= 0 {
			t.Errorf("%+v: %v before and %v after crossing it", k, z, after)
		}
	}
	deep := newLossCase(t, stream.New(3, "kinks"), 5, 3, 4, 4, 2)
	if _, _, err := deep.meanLoss(simd.Detect(), 1).SmallestGradient(t.Context(), deep.params, 0); err == nil {
		t.Error("no error for two hidden layers")
	}
}
