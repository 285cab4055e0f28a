package relunet_test

import (
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// The images of a minibatch are those that the order names, whatever number of them is
// fetched at a time: an epoch in one call gives the same weights as a call for each
// minibatch. The sizes of the minibatches divide the number that is fetched, or do not,
// or exceed it, and the images have one to three words of pixels, no nonzero pixel or all,
// an even number or an odd one.
func TestOrderInParts(t *testing.T) {
	const images, classes = 150, 3
	for _, inputs := range []int{1, 2, 7, 64, 65, 129} {
		pixels, labels := make([]float32, images*inputs), make([]uint8, images)
		for i := range labels {
			labels[i] = uint8(i % classes)
			for k := range inputs {
				if k%7 < i%9 {
					pixels[i*inputs+k] = 1 / float32(1+(3*i+k)%11)
				}
			}
		}
		im, err := relunet.NewImages(pixels, labels, inputs, classes)
		if err != nil {
			t.Fatal(err)
		}
		var order []int32
		for i := range images {
			order = append(order, int32(7*i%images))
		}
		rates := new([relunet.Lanes]float64)
		for l := range rates {
			rates[l] = 0.01 * float64(l)
		}
		for _, batch := range []int{1, 2, 3, 64, 100} {
			// trained returns the digest of a network that is trained on parts of the order.
			trained := func(im *relunet.Images, part int) [32]byte {
				p := relunet.NewPack(simd.Detect(), inputs, 6, classes)
				params := make([]float32, relunet.Params(inputs, 6, classes))
				for i := range params {
					params[i] = float32(i%17-8) / 16
				}
				p.SetNetwork(5, params)
				for rest := order; len(rest) > 0; rest = rest[min(part, len(rest)):] {
					p.Train(im, rest[:min(part, len(rest))], batch, rates)
				}
				p.Network(5, params)
				return relunet.Digest(params)
			}
			want := trained(im.Dense(), images)
			if trained(im, images) != want || trained(im, batch) != want {
				t.Errorf("%d pixels, minibatches of %d: other weights", inputs, batch)
			}
		}
	}
}
