package reference_test

import (
	"fmt"

	"github.com/lossglass/lossglass/props/reference"
)

// Exclusive or, learned by three hidden units. The printed digits are the same
// on every computer.
func Example() {
	images := [][]float32{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	labels := []uint8{0, 1, 1, 0}
	net := reference.FromFlat([]float32{
		0.9, -0.7, -0.6, 0.8, 0.5, 0.4, // W1: 3 hidden units x 2 inputs
		0.1, 0.1, -0.2, // b1
		-0.3, -0.4, 0.6, 0.5, 0.7, -0.1, // W2: 2 classes x 3 hidden units
		0, 0, // b2
	}, 2, 3, 2)

	order := []int32{2, 0, 3, 1}
	for epoch := range 201 {
		if epoch%100 == 0 {
			loss, correct := net.Evaluate(images, labels)
			fmt.Printf("epoch %3d: loss %.9f, %d of 4 right\n", epoch, loss, correct)
		}
		net.Train(images, labels, order, 2, 0.5)
	}
	// Output:
	// epoch   0: loss 0.580876932, 2 of 4 right
	// epoch 100: loss 0.011416024, 4 of 4 right
	// epoch 200: loss 0.005047393, 4 of 4 right
}
