package reference

import (
	"math"
	"math/rand/v2"
	"slices"
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
	largest, sum := slices.Max(x), 0.0
	for _, z := range x {
		sum += math.Exp(z - largest)
	}
	return math.Log(sum) - (x[label] - largest), margin
}

// widen converts to float64.
func widen(x []float32) []float64 {
	wide := make([]float64, len(x))
	for i := range x {
		wide[i] = float64(x[i])
	}
	return wide
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

// The exact gradient of the twin is that of central differences in float64, at
// networks and images that are always the same and lie away from all kinks.
func TestGradientTwinAgainstDifferences(t *testing.T) {
	const eps = 1e-6
	compared := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 7))
		widths := make([]int, 2+rng.IntN(4))
		for l := range widths {
			widths[l] = 1 + rng.IntN(9)
		}
		net := randomNet(rng, widths)
		images, labels := randomImages(rng, 1+rng.IntN(4), widths[0], widths[len(widths)-1])
		params := widen(net.Flat())
		total := func() (loss, margin float64) {
			margin = math.Inf(1)
			for s, image := range images {
				l, m := loss64(params, widths, image, labels[s])
				loss, margin = loss+l, min(margin, m)
			}
			return loss, margin
		}
		if _, margin := total(); margin < 1e-3 {
			continue
		}
		gradient, bound := net.GradientTwin(images, labels)
		for i, w := range params {
			params[i] = w + eps
			above, _ := total()
			params[i] = w - eps
			below, _ := total()
			params[i] = w
			compared++
			if want := (above - below) / (2 * eps); !(math.Abs(gradient[i]-want) <= 1e-8*(1+math.Abs(want))) {
				t.Errorf("seed %d, parameter %d: gradient %v, by differences %v", seed, i, gradient[i], want)
			}
			if !(bound[i] < 1e-3) {
				t.Errorf("seed %d, parameter %d: gradient %v with a bound of %v", seed, i, gradient[i], bound[i])
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d parameters were compared", compared)
	}
}

// The gradient of a minibatch is within the bound of its twin, wherever the kinks are.
func TestGradientWithinBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := rapid.SliceOfN(rapid.IntRange(1, 20), 2, 5).Draw(t, "widths")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		net := randomNet(rng, widths)
		images, labels := randomImages(rng, rapid.IntRange(1, 9).Draw(t, "batch"), widths[0], widths[len(widths)-1])
		for _, image := range images { // up to logits that are thousands apart
			scale := rapid.SampledFrom([]float32{1, 32, 4096}).Draw(t, "scale")
			for k := range image {
				image[k] *= scale
			}
		}
		exact, bound := net.GradientTwin(images, labels)
		for i, got := range net.Backward(images, labels).Flat() {
			if off := math.Abs(float64(got) - exact[i]); !(off <= bound[i]) {
				t.Fatalf("parameter %d: gradient %v, exactly %v, off by %g, allowed %g", i, got, exact[i], off, bound[i])
			}
		}
	})
}
