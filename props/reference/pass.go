package reference

// ReLU returns +0 if x <= 0, else x: NaN stays NaN, -0 becomes +0.
func ReLU[T Float](x T) T {
	if x <= 0 {
		return 0
	}
	return x
}

// Forward returns the activations of the network on one image: [0] is the
// image, [l] the output of layer l counted from 1, the last the logits.
//
// Each z_j is a chain from b_j over the inputs ascending. The first layer ends
// with z_j + (+0), which makes the result independent of whether pixels that
// are zero are skipped. It panics if the image is not of the network's input
// width.
func (n *Net[T]) Forward(image []T) [][]T {
	activations := [][]T{image}
	for l, layer := range n.Layers {
		x := activations[l]
		out := make([]T, len(layer.B))
		for j, row := range layer.W {
			if len(x) != len(row) {
				panic("reference: an image or layer does not fit the layer that reads it")
			}
			z := layer.B[j]
			for k, w := range row {
				z = fma(w, x[k], z)
			}
			if l == 0 {
				z = plusZero(z)
			}
			if l < len(n.Layers)-1 {
				z = ReLU(z)
			}
			out[j] = z
		}
		activations = append(activations, out)
	}
	return activations
}

// plusZero returns x + (+0): -0 becomes +0, all else stays.
func plusZero[T Float](x T) T { return x + 0 }

// exponentials returns e_c = exp(z_c - max) for each class c, their sum, added
// over classes ascending from e_0, and max, the largest logit: z_0, replaced by
// each z_c > max for c ascending. The sum is NaN if any logit is NaN or +Inf, or
// all are -Inf, because a z_c - max then is.
func exponentials[T Float](logits []T) (e []T, sum, largest T) {
	largest = logits[0]
	for _, z := range logits {
		if z > largest {
			largest = z
		}
	}
	e = make([]T, len(logits))
	for c, z := range logits {
		e[c] = exp(z - largest)
	}
	sum = e[0]
	for _, term := range e[1:] {
		sum += term
	}
	return e, sum, largest
}

// Softmax returns the probability p_c = exp(z_c - max) / sum of each class.
// All are NaN if any logit is NaN or +Inf, or all are -Inf.
func Softmax[T Float](logits []T) []T {
	e, sum, _ := exponentials(logits)
	p := make([]T, len(e))
	for c := range p {
		p[c] = e[c] / sum
	}
	return p
}

// Loss returns the negative log-likelihood log(sum) - (z_label - max) of one
// image, where sum is that of exp(z_c - max). It is NaN if any logit is NaN or
// +Inf, or all are -Inf.
func Loss[T Float](logits []T, label uint8) T {
	_, sum, largest := exponentials(logits)
	return log(sum) - (logits[label] - largest)
}

// Predict returns the lowest class whose logit attains the maximum, or -1 if
// any logit is NaN.
func Predict[T Float](logits []T) int {
	best := 0
	for c, z := range logits {
		if z != z {
			return -1
		}
		if z > logits[best] {
			best = c
		}
	}
	return best
}

// Backward returns the gradient of the summed loss of a minibatch, as a network
// of the same shape. It is a sum over the samples, not their mean.
//
// A weight's gradient is a chain over the samples ascending from +0 of
// delta_j x_k, and last + (+0), which makes the result independent of whether
// inputs that are zero are skipped. A bias's is a sum of delta_j by plain
// additions over the samples ascending from +0.
func (n *Net[T]) Backward(images [][]T, labels []uint8) *Net[T] {
	activations := make([][][]T, len(images))
	deltas := make([][][]T, len(images))
	for s, image := range images {
		activations[s] = n.Forward(image)
		deltas[s] = n.deltas(activations[s], labels[s])
	}
	gradient := n.zeros()
	for l, layer := range gradient.Layers {
		for j, row := range layer.W {
			for k := range row {
				for s := range images {
					row[k] = fma(deltas[s][l][j], activations[s][l][k], row[k])
				}
				row[k] = plusZero(row[k])
			}
			for s := range images {
				layer.B[j] += deltas[s][l][j]
			}
		}
	}
	return gradient
}

// deltas returns the derivatives of one sample's loss with respect to the z of
// each layer, first layer first.
func (n *Net[T]) deltas(activations [][]T, label uint8) [][]T {
	last := len(n.Layers) - 1

	// delta_c = p_c - [c = label]
	deltas := make([][]T, len(n.Layers))
	deltas[last] = Softmax(activations[last+1])
	deltas[last][label]--

	// delta_k = [h_k > 0] sum_j W_jk delta_j, a chain over j ascending from +0
	for l := last; l > 0; l-- {
		h := activations[l]
		deltas[l-1] = make([]T, len(h))
		for k := range h {
			delta := T(0)
			for j, row := range n.Layers[l].W {
				delta = fma(row[k], deltas[l][j], delta)
			}
			if h[k] > 0 { // false for NaN
				deltas[l-1][k] = delta
			}
		}
	}
	return deltas
}
