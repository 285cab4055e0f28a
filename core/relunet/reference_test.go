package relunet_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/props/reference"
	"github.com/lossglass/lossglass/simd"
)

// A problem is a data set and the networks to train on it.
type problem struct {
	inputs, hidden, classes int
	images                  [][]float32
	labels                  []uint8
	networks                [simd.Lanes][]float32
	rates                   [simd.Lanes]float64
}

// drawProblem draws a problem with shapes round the tiles' borders and pixels of
// which some, in places all, are zero.
func drawProblem(t *rapid.T) problem {
	p := problem{
		inputs:  rapid.SampledFrom([]int{1, 2, 3, 7, 64, 65, 100}).Draw(t, "inputs"),
		hidden:  rapid.SampledFrom([]int{1, 2, 3, 4, 5, 6, 9, 10, 11, 25}).Draw(t, "hidden"),
		classes: rapid.SampledFrom([]int{10, 1, 2, 5, 6, 11}).Draw(t, "classes"),
	}
	n := rapid.IntRange(1, 24).Draw(t, "images")
	zeros := rapid.SampledFrom([]uint32{64, 0, 100, 95}).Draw(t, "zeros")
	start := relunet.Start(rapid.IntRange(0, 2).Draw(t, "start"))
	s := stream.New(rapid.Uint64().Draw(t, "seed"), "problem")
	for range n {
		image := make([]float32, p.inputs)
		for k := range image {
			if s.Below(100) >= zeros {
				image[k] = float32(s.Below(49980)+1) / 49980
			}
		}
		p.images = append(p.images, image)
		p.labels = append(p.labels, uint8(s.Below(uint32(p.classes))))
	}
	for l := range p.networks {
		p.networks[l] = make([]float32, relunet.Params(p.inputs, p.hidden, p.classes))
		relunet.Init(p.networks[l], p.inputs, p.hidden, p.classes, start, s)
		p.rates[l] = float64(s.Below(1000)) / 500
	}
	return p
}

func (p problem) prepared(t failer) *relunet.Images {
	var flat []float32
	for _, image := range p.images {
		flat = append(flat, image...)
	}
	im, err := relunet.NewImages(flat, p.labels, p.inputs, p.classes)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return im
}

func (p problem) pack(k *simd.Kernels) *relunet.Pack {
	pack := relunet.NewPack(k, p.inputs, p.hidden, p.classes)
	for l, params := range p.networks {
		pack.SetNetwork(l, params)
	}
	return pack
}

type failer interface {
	Fatalf(format string, args ...any)
}

// same reports the first difference between parameters, bit for bit.
func same(t failer, what string, got, want []float32) {
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) && (got[i] == got[i] || want[i] == want[i]) {
			t.Fatalf("%s: parameter %d is %v (%#08x), the reference has %v (%#08x)", what, i,
				got[i], math.Float32bits(got[i]), want[i], math.Float32bits(want[i]))
		}
	}
}

// Training and evaluation equal the specification bit for bit, with every kernel.
func TestTrainEqualsReference(t *testing.T) {
	for _, k := range simd.Available() {
		t.Run(k.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p := drawProblem(t)
				batch := rapid.SampledFrom([]int{1, 2, 3, 5, 6, 10, 11, 23}).Draw(t, "batch")
				steps := rapid.IntRange(1, 3).Draw(t, "steps")
				order := drawOrder(t, len(p.images), batch*steps-rapid.IntRange(0, batch-1).Draw(t, "short"))
				pack, im := p.pack(k), p.prepared(t)
				if rapid.Bool().Draw(t, "dense") {
					im = im.Dense()
				}
				pack.Train(im, order, batch, &p.rates)
				loss, correct := pack.Evaluate(im, nil)
				// One lane each time: the others have their turn in other draws.
				l := rapid.IntRange(0, simd.Lanes-1).Draw(t, "lane")
				net := reference.FromFlat(p.networks[l], p.inputs, p.hidden, p.classes)
				net.Train(p.images, p.labels, order, batch, p.rates[l])
				got := make([]float32, len(p.networks[l]))
				pack.Network(l, got)
				same(t, fmt.Sprintf("%s, lane %d", k.Name, l), got, net.Flat())
				wantLoss, wantCorrect := net.Evaluate(p.images, p.labels)
				if math.Float64bits(loss[l]) != math.Float64bits(wantLoss) && (loss[l] == loss[l] || wantLoss == wantLoss) {
					t.Fatalf("%s, lane %d: loss %v, the reference has %v", k.Name, l, loss[l], wantLoss)
				}
				if correct[l] != wantCorrect {
					t.Fatalf("%s, lane %d: %d right, the reference has %d", k.Name, l, correct[l], wantCorrect)
				}
			})
		})
	}
}

// drawOrder draws indices of images, with repeats.
func drawOrder(t *rapid.T, images, n int) []int32 {
	s := stream.New(rapid.Uint64().Draw(t, "order"), "order")
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(s.Below(uint32(images)))
	}
	return order
}
