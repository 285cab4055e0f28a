package relunet_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// A lossCase is a network and images on which its mean loss is to be differentiated.
type lossCase struct {
	widths []int
	params []float64
	pixels [][]float64
	labels []uint8
	images *relunet.Images
}

func newLossCase(t fataler, s *stream.Stream, images int, widths ...int) *lossCase {
	c := &lossCase{widths: widths, params: make([]float64, relunet.Params(widths...))}
	for i := range c.params {
		c.params[i] = s.Signed()
	}
	var flat []float32
	for range images {
		for range widths[0] {
			flat = append(flat, float32(s.Below(3))/3*float32(s.Below(2))) // most are zero
		}
		c.labels = append(c.labels, uint8(s.Below(uint32(widths[len(widths)-1]))))
	}
	c.pixels = slices.Collect(slices.Chunk(widened[float64](flat), widths[0]))
	im, err := relunet.NewImages(flat, c.labels, widths[0], widths[len(widths)-1])
	if err != nil {
		t.Fatal(err)
	}
	c.images = im
	return c
}

func (c *lossCase) meanLoss(set *simd.Set, threads int) *relunet.MeanLoss {
	return relunet.NewMeanLoss(set, c.images, threads, c.widths...)
}

// gradient, product and hessian do not cancel.
func (c *lossCase) gradient(t fataler, m *relunet.MeanLoss) (loss float64, gradient []float64) {
	gradient = make([]float64, len(c.params))
	loss, err := m.Gradient(context.Background(), c.params, gradient)
	if err != nil {
		t.Fatal(err)
	}
	return loss, gradient
}

func (c *lossCase) product(t fataler, m *relunet.MeanLoss, v []float64) []float64 {
	out := make([]float64, len(v))
	if err := m.HessianVector(context.Background(), c.params, v, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *lossCase) hessian(t fataler, m *relunet.MeanLoss) []float64 {
	h, err := m.Hessian(context.Background(), c.params, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func sameBits(t fataler, what string, got, want []float64) {
	for i, x := range want {
		if math.Float64bits(got[i]) != math.Float64bits(x) {
			t.Fatal(fmt.Sprintf("%s: element %d is %v, want %v", what, i, got[i], x))
		}
	}
}

// The loss and its gradient are those of the specification, block by block, the product
// with the Hessian and the Hessian those of their documentation: bit for bit, with every
// set of kernels and any number of threads.
func TestDerivativesEqualDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hidden := rapid.SliceOfN(rapid.IntRange(1, 9), 1, 3).Draw(t, "hidden")
		widths := slices.Concat([]int{rapid.IntRange(1, 7).Draw(t, "inputs")}, hidden, []int{rapid.IntRange(1, 5).Draw(t, "classes")})
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "derivatives")
		c := newLossCase(t, s, rapid.IntRange(1, 40).Draw(t, "images"), widths...)
		set := rapid.SampledFrom(simd.Available()).Draw(t, "set")
		c.compare(t, c.meanLoss(set, rapid.IntRange(0, 3).Draw(t, "threads")), s)
	})
}

// Several blocks of images, and more images than are multiplied at a time.
func TestDerivativesOfBlocks(t *testing.T) {
	c := newLossCase(t, stream.New(1, "blocks"), 2*relunet.LossBlock+3, 3, 2, 2)
	for _, threads := range []int{1, 2, 5} {
		c.compare(t, c.meanLoss(simd.Detect(), threads), stream.New(2, "blocks"))
	}
}

func (c *lossCase) compare(t fataler, m *relunet.MeanLoss, s *stream.Stream) {
	v := make([]float64, len(c.params))
	for i := range v {
		v[i] = s.Signed()
	}
	loss, gradient := c.gradient(t, m)
	wantLoss, _ := reference.FromFlat(c.params, c.widths...).Evaluate(c.pixels, c.labels)
	sameBits(t, "loss", []float64{loss}, []float64{wantLoss})
	sameBits(t, "gradient", gradient, c.definedGradient())
	sameBits(t, "product", c.product(t, m, v), c.definedProduct(v))
	if len(c.widths) == 3 {
		sameBits(t, "Hessian", c.hessian(t, m), c.definedHessian())
	}
}

// The gradient is the derivative of the loss, the product that of the gradient, and the
// Hessian times a vector the product: central differences of a smooth piece of the loss
// agree to their own accuracy.
func TestDerivativesEqualDifferences(t *testing.T) {
	for _, widths := range [][]int{{5, 4, 3}, {4, 6, 5, 3}, {3, 4, 3, 5, 2}} {
		s := stream.New(3, "differences", uint64(len(widths)))
		c := newLossCase(t, s, 30, widths...)
		m := c.meanLoss(simd.Detect(), 2)
		_, gradient := c.gradient(t, m)
		v := make([]float64, len(c.params))
		for i := range v {
			v[i] = s.Signed()
		}
		product := c.product(t, m, v)
		const step = 1e-6
		shifted := func(by float64) (float64, []float64) {
			moved := *c
			moved.params = slices.Clone(c.params)
			for i := range v {
				moved.params[i] += by * v[i]
			}
			return moved.gradient(t, m)
		}
		lossUp, up := shifted(step)
		lossDown, down := shifted(-step)
		if slope := (lossUp - lossDown) / (2 * step); math.Abs(slope-chain(0, gradient, v)) > 1e-8 {
			t.Errorf("%v: slope %v, gradient gives %v", widths, slope, chain(0, gradient, v))
		}
		for i := range up {
			if slope := (up[i] - down[i]) / (2 * step); math.Abs(slope-product[i]) > 1e-8 {
				t.Errorf("%v: product %d is %v, differences give %v", widths, i, product[i], slope)
			}
		}
		if len(widths) > 3 {
			continue
		}
		h := c.hessian(t, m)
		for i, x := range product {
			if row := chain(0, h[i*len(v):][:len(v)], v); math.Abs(row-x) > 1e-13 {
				t.Errorf("row %d of the Hessian gives %v, the product is %v", i, row, x)
			}
		}
	}
}

func TestHessianRefuses(t *testing.T) {
	s := stream.New(4, "refuse")
	c := newLossCase(t, s, 5, 3, 4, 2)
	m := c.meanLoss(simd.Detect(), 1)
	need := relunet.HessianBytes(5, 1, 3, 4, 2)
	if _, err := m.Hessian(t.Context(), c.params, need); err != nil {
		t.Errorf("with the memory that is stated: %v", err)
	}
	if _, err := m.Hessian(t.Context(), c.params, need-1); err == nil {
		t.Error("no error with less memory than stated")
	}
	deep := newLossCase(t, s, 5, 3, 4, 4, 2)
	if _, err := deep.meanLoss(simd.Detect(), 1).Hessian(t.Context(), deep.params, math.Inf(1)); err == nil {
		t.Error("no error for two hidden layers")
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	v := make([]float64, len(c.params))
	_, gradientErr := m.Gradient(done, c.params, v)
	_, hessianErr := m.Hessian(done, c.params, math.Inf(1))
	for what, err := range map[string]error{"gradient": gradientErr, "product": m.HessianVector(done, c.params, v, slices.Clone(v)), "Hessian": hessianErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v after cancelling", what, err)
		}
	}
}

// The exact numbers are part of the results of experiments: every CPU must give them.
func TestDigestOfDerivatives(t *testing.T) {
	const want = "d0331e30105743bbd251a9e7dcfaaa875e625a770d50acba650fa9d1d48ceaa0"
	for _, set := range simd.Available() {
		c := newLossCase(t, stream.New(1, "derivatives digest"), 200, 15, 9, 10)
		m := c.meanLoss(set, 2)
		loss, gradient := c.gradient(t, m)
		numbers := slices.Concat([]float64{loss}, gradient, c.product(t, m, gradient), c.hessian(t, m))
		if got := relunet.Digest(numbers); hex.EncodeToString(got[:]) != want {
			t.Errorf("%s: digest %x, want %s", set.Name, got, want)
		}
	}
}

// The operations are those of all elements of the products, without those of zero pixels and of units that are
// not active.
func TestHessianFLOPs(t *testing.T) {
	const d, n, classes, images = 3, 4, 2, 5
	c := newLossCase(t, stream.New(5, "flops"), images, d, n, classes)
	flat, labels := make([]float32, images*d), make([]uint8, images)
	for i := range flat {
		flat[i] = 1
	}
	for i := range c.params {
		c.params[i] = 1
	}
	flops := func() float64 {
		im, err := relunet.NewImages(flat, labels, d, classes)
		if err != nil {
			t.Fatal(err)
		}
		f, err := relunet.NewMeanLoss(simd.Detect(), im, 2, d, n, classes).HessianFLOPs(t.Context(), c.params)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	pairs, units := classes*(classes+1)/2, n*(n+1)/2
	// Pairs of units and of classes; couplings; a_jj'; pairs of units and of pixels; pixels, classes and units.
	output, coupling, a, inner, outer := pairs*(units+n+1), (d+1)*classes*n, classes*units, units*(d+1)*(d+2)/2, n*classes*(n+1)*(d+1)
	if got, want := flops(), float64(2*images*(output+coupling+a+inner+outer)); got != want {
		t.Errorf("%v operations with nothing zero, want %v", got, want)
	}
	for i := range images { // a pixel is never used: it is the first in the order
		flat[i*d+1] = 0
	}
	inner, outer = units*d*(d+1)/2, n*classes*(n+1)*d
	if got, want := flops(), float64(2*images*(output+coupling+a+inner+outer)); got != want {
		t.Errorf("%v operations without a pixel, want %v", got, want)
	}
	c.params[d*n], c.params[d*n+n-1] = 1, -9 // the last unit is never active
	inner, outer, a, coupling = (units-1)*d*(d+1)/2, (n-1)*classes*(n+1)*d, classes*(units-1), (d+1)*classes*(n-1)
	output -= 2 * pairs // of that unit with itself and with the biases
	if got, want := flops(), float64(2*images*(output+coupling+a+inner+outer)); got != want {
		t.Errorf("%v operations without a unit, want %v", got, want)
	}
}
