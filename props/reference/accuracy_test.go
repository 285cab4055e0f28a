package reference

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// loss64 is the loss of one image computed in float64 from flat parameters. It
// shares no code with the package. margin is the least |z| of a hidden unit:
// the distance from the nearest kink.
func loss64(params []float64, widths []int, image []float32, label uint8) (loss, margin float64) {
	x := make([]float64, len(image))
	for k := range x {
		x[k] = float64(image[k])
	}
	margin = math.Inf(1)
	for l := 1; l < len(widths); l++ {
		out := make([]float64, widths[l])
		for j := range out {
			for k := range x {
				out[j] += params[j*len(x)+k] * x[k]
			}
			out[j] += params[widths[l]*len(x)+j]
			if l < len(widths)-1 {
				margin = min(margin, math.Abs(out[j]))
				out[j] = max(out[j], 0)
			}
		}
		params = params[widths[l]*(len(x)+1):]
		x = out
	}
	sum := 0.0
	for _, z := range x {
		sum += math.Exp(z - x[label])
	}
	return math.Log(sum), margin
}

// widen converts to float64.
func widen(x []float32) []float64 {
	wide := make([]float64, len(x))
	for i := range x {
		wide[i] = float64(x[i])
	}
	return wide
}

// shapes draws the widths of a network of depth 1 to 4.
func shapes() *rapid.Generator[[]int] {
	return rapid.SliceOfN(rapid.IntRange(1, 9), 2, 5)
}

// TestForwardErrorBound checks each layer, given the activations before it:
// |z - exact| <= gamma_K (|b| + sum |w x|) for a chain over K inputs (Higham,
// Accuracy and Stability of Numerical Algorithms, section 3.1).
func TestForwardErrorBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := rapid.SliceOfN(rapid.IntRange(1, 120), 2, 5).Draw(t, "widths")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		net := randomNet(rng, widths)
		images, _ := randomImages(rng, 1, widths[0], 1)
		activations := net.Forward(images[0])
		for l, layer := range net.Layers {
			ku := float64(widths[l]) * 0x1p-24
			gamma := ku / (1 - ku)
			for j, row := range layer.W {
				exact, size := float64(layer.B[j]), math.Abs(float64(layer.B[j]))
				for k, w := range row {
					term := float64(w) * float64(activations[l][k])
					exact += term
					size += math.Abs(term)
				}
				if l < len(net.Layers)-1 {
					exact = max(exact, 0) // never takes a result farther away
				}
				got := float64(activations[l+1][j])
				if off := math.Abs(got - exact); !(off <= gamma*size) {
					t.Fatalf("layer %d, unit %d: %v, off %v by %g, allowed %g", l, j, got, exact, off, gamma*size)
				}
			}
		}
	})
}

// TestGradientAgainstDifferences compares the gradient of a minibatch with
// central differences in float64, at parameters away from all kinks.
func TestGradientAgainstDifferences(t *testing.T) {
	const (
		eps  = 1e-6
		rtol = 1e-3
		atol = 1e-5
	)
	compared, drawn := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		widths := shapes().Draw(t, "widths")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		net := randomNet(rng, widths)
		images, labels := randomImages(rng, rapid.IntRange(1, 4).Draw(t, "batch"), widths[0], widths[len(widths)-1])
		params := widen(net.Flat())
		total := func() (loss, margin float64) {
			margin = math.Inf(1)
			for s, image := range images {
				l, m := loss64(params, widths, image, labels[s])
				loss, margin = loss+l, min(margin, m)
			}
			return loss, margin
		}

		drawn++
		loss, margin := total()
		if margin < 1e-4 {
			return
		}
		compared++
		mean, _ := net.Evaluate(images, labels)
		if got := mean * float64(len(images)); !(math.Abs(got-loss) <= atol) {
			t.Fatalf("loss %v, want %v", got, loss)
		}
		gradient := net.Backward(images, labels).Flat()
		for i, w := range params {
			params[i] = w + eps
			above, _ := total()
			params[i] = w - eps
			below, _ := total()
			params[i] = w
			want := (above - below) / (2 * eps)
			if got := float64(gradient[i]); !(math.Abs(got-want) <= atol+rtol*math.Abs(want)) {
				t.Fatalf("gradient of parameter %d: %v, want %v", i, got, want)
			}
		}
	})
	if compared*2 < drawn {
		t.Errorf("only %d of %d draws lay away from the kinks", compared, drawn)
	}
}
