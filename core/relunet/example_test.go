package relunet_test

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// Sixteen networks 2-4-2 learn which of two pixels is brighter.
func Example() {
	const inputs, hidden, classes = 2, 4, 2
	pixels := []float32{1, 0, 0.75, 0.25, 0, 1, 0.5, 1}
	labels := []uint8{0, 0, 1, 1}
	images, err := relunet.NewImages(pixels, labels, inputs, classes)
	if err != nil {
		panic(err)
	}

	pack := relunet.NewPack(simd.Detect(), inputs, hidden, classes)
	var rates [relunet.Lanes]float64
	params := make([]float32, relunet.Params(inputs, hidden, classes))
	for lane := range relunet.Lanes {
		random := stream.New(1, "example/start", uint64(lane))
		relunet.DrawStart(params, []int{inputs, hidden, classes}, relunet.Uniform1, random)
		pack.SetNetwork(lane, params)
		rates[lane] = 0.5
	}

	const batch = 2
	for epoch := range 41 {
		if epoch%20 == 0 {
			loss, correct, err := pack.Evaluate(context.Background(), images, nil)
			if err != nil {
				panic(err)
			}
			fmt.Printf("epoch %2d: network 0 has loss %.4f and classifies %d of 4 correctly\n", epoch, loss[0], correct[0])
		}
		pack.Train(images, []int32{0, 2, 1, 3}, batch, &rates)
	}
	// Output:
	// epoch  0: network 0 has loss 1.0905 and classifies 2 of 4 correctly
	// epoch 20: network 0 has loss 0.0303 and classifies 4 of 4 correctly
	// epoch 40: network 0 has loss 0.0089 and classifies 4 of 4 correctly
}
