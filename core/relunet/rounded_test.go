package relunet_test

import (
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// moved returns the gradient of m at params + by v.
func (c *lossCase) moved(t fataler, m *relunet.MeanLoss, by float64, v []float64) (loss float64, gradient []float64) {
	there := *c
	there.params = slices.Clone(c.params)
	for i, x := range v {
		there.params[i] += by * x
	}
	return there.gradient(t, m)
}

// The gradient of a rounded loss is the derivative of the loss, with any number of layers. The Hessian is that of
// the gradient where no slope is negative, and otherwise exceeds it.
func TestRoundedDerivatives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hidden := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 2).Draw(t, "hidden")
		widths := slices.Concat([]int{3}, hidden, []int{3})
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "rounded")
		c := newLossCase(t, s, rapid.IntRange(1, 20).Draw(t, "images"), widths...)
		m := c.meanLoss(rapid.SampledFrom(simd.Available()).Draw(t, "set"), 2).Rounded(rapid.Float64Range(.1, 3).Draw(t, "width"))
		v := make([]float64, len(c.params))
		s.Normals(v)
		const step = 1e-5
		_, gradient := c.gradient(t, m)
		lossUp, up := c.moved(t, m, step, v)
		lossDown, down := c.moved(t, m, -step, v)
		if slope := (lossUp - lossDown) / (2 * step); math.Abs(slope-chain(0, gradient, v)) > 1e-7 {
			t.Fatalf("slope %v, gradient %v", slope, chain(0, gradient, v))
		}
		if len(hidden) > 1 {
			return
		}
		h, exceeds, size := c.hessian(t, m), 0.0, 0.0
		for i := range v {
			product := chain(0, h[i*len(v):][:len(v)], v)
			exceeds += v[i] * (product - (up[i]-down[i])/(2*step))
			size += v[i] * v[i]
		}
		if exceeds < -1e-6*size {
			t.Fatalf("the Hessian is too small by %v along a vector", exceeds)
		}
	})
}

// With slopes that are not negative the Hessian is exact. One class of two has all the labels and no weights but
// to one of them, so that every activation is to be smaller.
func TestRoundedHessian(t *testing.T) {
	s := stream.New(5, "rounded")
	c := newLossCase(t, s, 30, 3, 4, 2)
	labels := make([]uint8, 30)
	var flat []float32
	for _, image := range c.pixels {
		for _, x := range image {
			flat = append(flat, float32(x))
		}
	}
	var err error
	if c.images, err = relunet.NewImages(flat, labels, 3, 2); err != nil {
		t.Fatal(err)
	}
	output := c.params[4*3+4:]
	for j := range 4 {
		output[j], output[4+j] = 0, math.Abs(output[4+j])
	}
	m := c.meanLoss(simd.Detect(), 2).Rounded(.7)
	h, n := c.hessian(t, m), len(c.params)
	kinked := false
	exact := c.hessian(t, c.meanLoss(simd.Detect(), 2))
	for i := range n {
		unit := make([]float64, n)
		unit[i] = 1
		const step = 1e-5
		_, up := c.moved(t, m, step, unit)
		_, down := c.moved(t, m, -step, unit)
		for j := range n {
			if want := (up[j] - down[j]) / (2 * step); math.Abs(h[i*n+j]-want) > 1e-6 {
				t.Errorf("element %d, %d is %v, want %v", i, j, h[i*n+j], want)
			}
			kinked = kinked || math.Abs(h[i*n+j]-exact[i*n+j]) > .01
		}
	}
	if !kinked {
		t.Error("the rounding does not matter")
	}
}

// Where no unit is as near to a kink as the width, a rounded loss is the loss, bit for bit; its gradient tends to
// a generalised gradient where some are.
func TestRoundedFarFromKinks(t *testing.T) {
	c := newLossCase(t, stream.New(1, "kinks"), 40, 5, 4, 3)
	m := c.meanLoss(simd.Detect(), 2)
	wantLoss, want := c.gradient(t, m)
	for _, width := range []float64{0, 1e-12} {
		rounded := m.Rounded(width)
		loss, gradient := c.gradient(t, rounded)
		sameBits(t, "loss", []float64{loss}, []float64{wantLoss})
		sameBits(t, "gradient", gradient, want)
		sameBits(t, "Hessian", c.hessian(t, rounded), c.hessian(t, m))
	}
	k := kinked(t, []float32{1, 0, 0, .5}, 0, 1)
	rounded := k.meanLoss(simd.Detect(), 1).Rounded(1e-9)
	_, gradient := k.gradient(t, rounded)
	_, kinks, err := rounded.SmallestGradient(t.Context(), k.params, 0)
	if err != nil || len(kinks) != 2 {
		t.Fatalf("%+v, error %v", kinks, err)
	}
	first, off := k.beside(t, k.meanLoss(simd.Detect(), 1), 1e-9, 1e-9, 0), k.beside(t, k.meanLoss(simd.Detect(), 1), -1e-9, -1e-9, 0)
	for i, g := range gradient { // half of the way
		if math.Abs(g-(first[i]+off[i])/2) > 1e-7 {
			t.Errorf("element %d is %v, between %v and %v", i, g, off[i], first[i])
		}
	}
}

// The bits are the same on every CPU, with every set of kernels and any number of threads, and what is not for
// rounded losses says so.
func TestRoundedBits(t *testing.T) {
	c := newLossCase(t, stream.New(7, "rounded"), 600, 6, 5, 4)
	want := c.meanLoss(simd.Detect(), 1).Rounded(.2)
	loss, gradient := c.gradient(t, want)
	h := c.hessian(t, want)
	digest := relunet.Digest(append(append([]float64{loss}, gradient...), h...))
	if got := hex.EncodeToString(digest[:8]); got != "df325c071b1e034f" {
		t.Errorf("digest %s", got)
	}
	for threads, set := range simd.Available() {
		m := c.meanLoss(set, threads+1).Rounded(.2)
		l, g := c.gradient(t, m)
		sameBits(t, "loss", []float64{l}, []float64{loss})
		sameBits(t, "gradient", g, gradient)
		sameBits(t, "Hessian", c.hessian(t, m), h)
	}
	for name, f := range map[string]func(){
		"negative": func() { want.Rounded(-1) },
		"NaN":      func() { want.Rounded(math.NaN()) },
		"infinite": func() { want.Rounded(math.Inf(1)) },
		"product":  func() { c.product(t, want, gradient) },
		"FLOPs":    func() { want.HessianFLOPs(t.Context(), c.params) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
