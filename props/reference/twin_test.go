package reference

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestSoftmaxAndLossWithinBounds checks one layer's worth of logits.
func TestSoftmaxAndLossWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logits := rapid.SliceOfN(rapid.Float32Range(-60, 60), 1, 12).Draw(t, "logits")
		label := uint8(rapid.IntRange(0, len(logits)-1).Draw(t, "label"))
		p, bound := SoftmaxTwin(logits)
		for c, got := range Softmax(logits) {
			if off := math.Abs(float64(got) - p[c]); !(off <= bound[c]) {
				t.Fatalf("class %d: %v, exactly %v, off by %g, allowed %g", c, got, p[c], off, bound[c])
			}
		}
		loss, allowed := LossTwin(logits, label)
		if off := math.Abs(float64(Loss(logits, label)) - loss); !(off <= allowed) {
			t.Fatalf("loss %v, exactly %v, off by %g, allowed %g", Loss(logits, label), loss, off, allowed)
		}
	})
}

// TestNetworkWithinBounds checks logits and losses of whole networks, and given
// what they are made of, every hidden delta and gradient.
func TestNetworkWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := rapid.SliceOfN(rapid.IntRange(1, 40), 2, 5).Draw(t, "widths")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		net := randomNet(rng, widths)
		images, labels := randomImages(rng, rapid.IntRange(1, 9).Draw(t, "batch"), widths[0], widths[len(widths)-1])
		check := func(what string, got float32, exact, bound float64) {
			if off := math.Abs(float64(got) - exact); !(off <= bound) {
				t.Fatalf("%s: %v, exactly %v, off by %g, allowed %g", what, got, exact, off, bound)
			}
		}

		var activations, deltas [][][]float32
		for s, image := range images {
			a := net.Forward(image)
			activations, deltas = append(activations, a), append(deltas, net.deltas(a, labels[s]))
			logits, bound := net.ForwardTwin(image)
			for c, z := range a[len(a)-1] {
				check("logit", z, logits[c], bound[c])
			}
			loss, allowed := net.NetLossTwin(image, labels[s])
			check("loss", Loss(a[len(a)-1], labels[s]), loss, allowed)
		}
		gradient := net.Backward(images, labels)
		for l, layer := range gradient.Layers {
			for j, row := range layer.W {
				delta := make([]float32, len(images))
				for s := range images {
					delta[s] = deltas[s][l][j]
				}
				for k, g := range row {
					x := make([]float32, len(images))
					for s := range images {
						x[s] = activations[s][l][k]
					}
					exact, bound := ChainTwin(0, delta, x)
					check("gradient of a weight", g, exact, bound)
				}
				ones := make([]float32, len(images))
				for s := range ones {
					ones[s] = 1
				}
				exact, bound := ChainTwin(0, delta, ones)
				check("gradient of a bias", layer.B[j], exact, bound)
			}
		}
	})
}

// TestMatmulPanics checks the arguments that no matrix has.
func TestMatmulPanics(t *testing.T) {
	x := make([]float32, 12)
	for name, f := range map[string]func(){
		"negative size": func() { Gemm(false, false, -1, 2, 2, 1, x, 2, x, 2, 0, x, 2) },
		"short lda":     func() { Gemm(false, false, 2, 2, 3, 1, x, 2, x, 2, 0, x, 2) },
		"short ldb":     func() { Gemm(false, true, 2, 2, 3, 1, x, 3, x, 2, 0, x, 2) },
		"short C":       func() { Gemm(false, false, 3, 2, 2, 1, x, 2, x, 2, 0, x[:5], 2) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("did not panic")
				}
			}()
			f()
		})
	}
}

// TestMatmulByHand is a product that can be checked on paper.
func TestMatmulByHand(t *testing.T) {
	a := []float64{1, 2, 3, 4, 5, 6} // 2 x 3
	b := []float64{1, 0, 2, 1, 0, 3} // 3 x 2
	c := []float64{1, 1, 1, 1}
	Gemm(false, false, 2, 2, 3, 2, a, 3, b, 2, -1, c, 2)
	for i, want := range []float64{9, 21, 27, 45} {
		if c[i] != want {
			t.Errorf("C[%d] = %v, want %v", i, c[i], want)
		}
	}
	Gemm(true, true, 3, 3, 2, 1, a, 3, b, 2, 0, make([]float64, 9), 3) // A' B' of the same slices must fit
}
