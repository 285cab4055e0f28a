package relunet_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// Where Settled returns true, no training changes a bit; and it does return true.
func TestSettledMeansNoChange(t *testing.T) {
	const inputs, classes, images = 7, 3, 9
	settled, cases := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		widths := slices.Concat([]int{inputs}, rapid.SliceOfN(rapid.IntRange(1, 11), 1, 3).Draw(t, "hidden"), []int{classes})
		start := relunet.StartDistribution(rapid.IntRange(0, 2).Draw(t, "start"))
		exponent := rapid.IntRange(-60, -10).Draw(t, "exponent")
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "settled")
		pixels, labels := make([]float32, images*inputs), make([]uint8, images)
		for i := range pixels {
			pixels[i] = float32(s.Below(3)) / 2
		}
		for i := range labels {
			labels[i] = uint8(s.Below(classes))
		}
		im, err := relunet.NewImages(pixels, labels, inputs, classes)
		if err != nil {
			t.Fatal(err)
		}
		pack := relunet.NewPack(simd.Detect(), widths...)
		params := make([]float32, relunet.Params(widths...))
		var before [relunet.Lanes][32]byte
		var rates [relunet.Lanes]float64
		for l := range rates {
			relunet.DrawStart(params, widths, start, s)
			pack.SetNetwork(l, params)
			before[l], rates[l] = relunet.Digest(params), math.Ldexp(1, exponent)
		}
		cases++
		if !pack.Settled(im, &rates) {
			return
		}
		settled++
		order := make([]int32, 3*images)
		for i := range order {
			order[i] = int32(s.Below(images))
		}
		pack.Train(im, order, 1+int(s.Below(images)), &rates)
		for l := range rates {
			pack.Network(l, params)
			if relunet.Digest(params) != before[l] {
				t.Fatalf("lane %d changed at a rate of 2^%d", l, exponent)
			}
		}
	})
	if cases >= 100 && settled == 0 { // a quarter is; with -short there are too few to judge by
		t.Errorf("settled in none of %d cases: nothing was tested", cases)
	}
}

// Settled takes every parameter into account: one that is zero, or too small, can always
// change.
func TestSettledLooksAtEveryParameter(t *testing.T) {
	const inputs, classes = 3, 2
	widths := []int{inputs, 6, 4, classes}
	im, err := relunet.NewImages([]float32{0.5, 1, 0, 0, 0.25, 1}, []uint8{0, 1}, inputs, classes)
	if err != nil {
		t.Fatal(err)
	}
	params := make([]float32, relunet.Params(widths...))
	for i := range params {
		params[i] = 0.5
	}
	pack := relunet.NewPack(simd.Generic(), widths...)
	for l := range relunet.Lanes {
		pack.SetNetwork(l, params)
	}
	var rates [relunet.Lanes]float64
	for l := range rates {
		rates[l] = 0x1p-40
	}
	if !pack.Settled(im, &rates) {
		t.Fatal("weights of 1/2 at a rate of 2^-40 are not settled")
	}
	for i := range params {
		lane := i % relunet.Lanes
		for _, w := range []float32{0, 0x1p-60, float32(math.NaN()), float32(math.Inf(1))} {
			params[i] = w
			pack.SetNetwork(lane, params)
			if pack.Settled(im, &rates) {
				t.Errorf("settled with parameter %d = %v", i, w)
			}
		}
		params[i] = 0.5
		pack.SetNetwork(lane, params)
	}
	rates[7] = 0x1p-20
	if pack.Settled(im, &rates) {
		t.Error("settled with a lane that still learns")
	}
}
