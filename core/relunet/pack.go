// Package relunet trains and evaluates packs of sixteen multilayer ReLU networks with
// softmax and cross-entropy. The networks of a pack have the same widths and see the same
// images in the same order of minibatches; their weights, learning rates and results are
// their own.
//
// It is not a deep-learning framework. It has the networks of "The Loss Surfaces of
// Multilayer Networks" (Choromanska et al., AISTATS 2015, section 5.1), with any number
// of hidden layers of any widths, and plain stochastic gradient descent. Learning-rate
// schedules, epochs and data sets are the caller's.
//
// Start with [NewImages] and [NewPack]; then [DrawStart] and [Pack.SetNetwork],
// [Pack.Train] and [Pack.Evaluate].
//
// The widths of a network are its number of inputs, the number of units of each hidden
// layer, and the number of classes. The parameters of one network are in the reference
// layout: layer by layer, the weights [units][inputs], row-major, and then the biases
// [units]. If fewer than sixteen networks are wanted, the other lanes can be left at zero:
// no network depends on another one.
//
// # The exact results
//
// All kernels give the same bits: those of the following operations in type T, which is
// float32 or float64, each rounded to nearest even. A chain is a sum with one accumulator
// and one fma per term. In the forward pass of one sample through one network, x are the
// pixels or the activations of the layer before:
//
//	z_u = b_u, continued as a chain over the inputs k ascending of w_uk x_k
//	z_u = z_u + (+0)                                  in the first layer only
//	h_u = z_u <= 0 ? +0 : z_u                         in hidden layers (ReLU; NaN stays NaN)
//	e_c = exp(z_c - max), s = e_0 + e_1 + ...         for the logits z_c
//	loss = log(s) - (z_label - max)
//
// Training on a minibatch computes the deltas of every sample with the old weights, the
// unscaled gradients, and then the new parameters:
//
//	delta_c = e_c / s - [c = label]                   for the classes
//	delta_k = chain over the units u of the next layer, ascending from +0, of w_uk delta_u;
//	          +0 unless h_k > 0                       for a hidden unit
//	g_uk = chain over the samples, ascending from +0, of delta_u x_k; then + (+0)
//	g_u = the sum of delta_u over the samples, ascending from +0, for the bias of u
//	w = fma(-step, g, w), step = T(rate / float64(number of samples))
//
// exp and log are those of simd/elementwise. Package props/reference has the same
// operations as plain loops.
package relunet

import (
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/elementwise"
	"github.com/lossglass/lossglass/simd/network"
)

// Lanes is the number of networks in a pack. In arrays of length Lanes, element l belongs
// to network l.
const Lanes = network.Lanes

// A Pack is sixteen networks of the same widths, with numbers of type T. It is not safe
// for concurrent use.
type Pack[T float32 | float64] struct {
	kernels network.Kernels[T]
	relu    func(dst, src []T)
	widths  []int
	layers  []layer[T] // the hidden layers and the output layer

	batch minibatch
	step  [Lanes]T // rate / number of samples of the minibatch
	room  int      // samples for which the layers have memory
}

// A layer is the parameters of a layer and the values of its units for some samples.
type layer[T float32 | float64] struct {
	w tiled[T] // weights [tile][input][unit]
	b tiled[T] // biases [tile][0][unit]
	h tiled[T] // activations [tile][sample][unit], or logits
	d tiled[T] // deltas [tile][sample][unit]; in the output layer they replace the logits
}

// NewPack returns a pack of networks with the given widths, whose parameters are all
// zero. It panics if there are fewer than three widths or one is below one.
func NewPack(set *simd.Set, widths ...int) *Pack[float32] {
	return newPack(set.Network, set.Elementwise.ReLU, widths)
}

// NewPack64 is like [NewPack] in float64, with the same sequences of operations. It shows
// how much the rounding to float32 matters. It uses portable kernels, which are slow.
func NewPack64(widths ...int) *Pack[float64] {
	return newPack(network.Generic[float64](), elementwise.Generic[float64]().ReLU, widths)
}

func newPack[T float32 | float64](kernels network.Kernels[T], relu func(dst, src []T), widths []int) *Pack[T] {
	checkWidths(widths)
	p := &Pack[T]{kernels: kernels, relu: relu, widths: slices.Clone(widths), layers: make([]layer[T], len(widths)-1)}
	for i := range p.layers {
		inputs, units := widths[i], widths[i+1]
		if i == 0 {
			inputs += inputs % 2 // the weights from a pair of pixels are updated together
		}
		p.layers[i].w, p.layers[i].b = newTiled[T](units, inputs), newTiled[T](units, 1)
	}
	return p
}

// hidden returns the hidden layers.
func (p *Pack[T]) hidden() []layer[T] { return p.layers[:len(p.layers)-1] }

// output returns the output layer, whose activations are the logits.
func (p *Pack[T]) output() *layer[T] { return &p.layers[len(p.layers)-1] }

// checkImages panics if the networks have another number of inputs than the images have
// pixels, or fewer classes than the images.
func (p *Pack[T]) checkImages(im *Images) { im.check(p.widths) }

// check panics if networks with the given widths have another number of inputs than the
// images have pixels, or fewer classes than the images.
func (im *Images) check(widths []int) {
	inputs, classes := widths[0], widths[len(widths)-1]
	if im.inputs != inputs || im.classes > classes {
		panic(fmt.Sprintf("relunet: images of %d pixels and %d classes for networks of %d inputs and %d classes", im.inputs, im.classes, inputs, classes))
	}
}

// reserve makes room for the activations and deltas of some samples. An odd number is
// rounded up, because the first layer computes samples in pairs.
func (p *Pack[T]) reserve(samples int) {
	if samples <= p.room {
		return
	}
	p.room = samples + samples%2
	for i := range p.layers {
		l := &p.layers[i]
		l.h = newTiled[T](l.w.units, p.room)
		switch {
		case i == len(p.layers)-1:
			l.d = l.h
		case i == 0: // each tile of deltas is used up before the next one is computed
			l.d = newTiled[T](min(network.Tile, l.w.units), p.room)
		default:
			l.d = newTiled[T](l.w.units, p.room)
		}
	}
}
