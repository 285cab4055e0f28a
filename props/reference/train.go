package reference

// Step takes one step of stochastic gradient descent on a minibatch of b
// samples:
//
//	step = T(rate / float64(b)),  w = fma(-step, gradient, w)
//
// for every weight and bias, with the gradient of [Net.Backward] at the old
// parameters. It panics if the minibatch is empty.
func (n *Net[T]) Step(images [][]T, labels []uint8, rate float64) {
	if len(images) == 0 {
		panic("reference: step on an empty minibatch")
	}
	step := T(rate / float64(len(images)))
	gradient := n.Backward(images, labels)
	for l, layer := range n.Layers {
		g := gradient.Layers[l]
		for j, row := range layer.W {
			for k := range row {
				row[k] = fma(-step, g.W[j][k], row[k])
			}
			layer.B[j] = fma(-step, g.B[j], layer.B[j])
		}
	}
}

// Train takes one [Net.Step] at the given rate for each minibatch of batch
// consecutive indices of order, which choose among images and labels. The last
// minibatch takes what is left and may be short. It panics if batch < 1.
func (n *Net[T]) Train(images [][]T, labels []uint8, order []int32, batch int, rate float64) {
	if batch < 1 {
		panic("reference: minibatches must hold one sample at least")
	}
	for len(order) > 0 {
		size := min(batch, len(order))
		var x [][]T
		var y []uint8
		for _, i := range order[:size] {
			x = append(x, images[i])
			y = append(y, labels[i])
		}
		n.Step(x, y, rate)
		order = order[size:]
	}
}

// Evaluate returns the mean [Loss] over all images, and how many [Predict]
// assigns to their label.
//
// The losses are added in float64, in sample order from +0 within blocks of
// 1000 samples, the blocks in block order from +0; the total is divided by the
// number of images. The mean over no image is NaN.
func (n *Net[T]) Evaluate(images [][]T, labels []uint8) (loss float64, correct int) {
	const block = 1000
	total := 0.0
	for start := 0; start < len(images); start += block {
		sum := 0.0
		for s := start; s < min(start+block, len(images)); s++ {
			activations := n.Forward(images[s])
			logits := activations[len(activations)-1]
			sum += float64(Loss(logits, labels[s]))
			if Predict(logits) == int(labels[s]) {
				correct++
			}
		}
		total += sum
	}
	return total / float64(len(images)), correct
}
