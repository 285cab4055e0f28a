package relunet

import (
	"math"
	"slices"
	"unsafe"
)

// Settled reports whether training is provably over: whether no step of [Pack.Train] on
// these images, in any order and in minibatches of up to a million, at these rates or
// lower ones, can change a bit of any parameter. If the rate decreases
// geometrically, this happens long before the rate underflows, and the remaining epochs
// need not be computed. False proves nothing.
//
// Proof. A parameter w does not change if |step g| < ulp(w)/4, and |w| 2^-26 (in float64
// |w| 2^-55) is a lower bound of ulp(w)/4. For a minibatch of b samples, step = rate/b and
// |g| <= b M, where M bounds the term of one sample: D_j for the bias of unit j and D_j X_k
// for its weight from input k, with
//
//	X_k = the largest pixel           for the inputs of the first layer
//	X_j = |b_j| + sum_k |w_jk| X_k    for the units of a layer: bounds activations and logits
//	D_c = 1                           for a class: its delta is a softmax minus 0 or 1
//	D_k = sum_j |w_jk| D_j            for a hidden unit, over the units of the next layer
//
// Each term of a chain may grow the bound by a factor of 1 + 2^-24. The chains on a path
// through the network, one per layer, and the chain over the minibatch have fewer than
// 2^23 terms together if all widths add up to less than seven million, so rounding grows
// the bound by less than a factor of two. Bounds below 2^-100 or above 2^100 are not
// trusted: between these no sum overflows, which could give NaN, and what underflows is
// negligible.
//
// Settled panics if the images have another number of pixels than the networks have
// inputs, or more classes.
func (p *Pack[T]) Settled(im *Images, rates *[Lanes]float64) bool {
	p.checkImages(im)
	for l, rate := range rates {
		if !p.laneSettled(l, float64(im.largest), rate) {
			return false
		}
	}
	return true
}

// laneSettled is Settled for the network of one lane, with the largest pixel.
func (p *Pack[T]) laneSettled(lane int, pixel, rate float64) bool {
	quarter := 0x1p-26 // a quarter ulp is at least this times |w|
	if unsafe.Sizeof(T(0)) == 8 {
		quarter = 0x1p-55
	}
	// stays reports whether 2 rate M < |w| quarter. It is false if w or M is NaN.
	stays := func(w T, term float64) bool {
		return moderate(term) && 2*rate*term < math.Abs(float64(w))*quarter
	}
	x, d := p.activationBounds(lane, pixel), p.deltaBounds(lane)
	for i, l := range p.layers {
		for j, delta := range d[i] {
			if !stays(l.b.at(j, 0)[lane], delta) {
				return false
			}
			for k, input := range x[i] {
				if !stays(l.w.at(j, k)[lane], delta*input) {
					return false
				}
			}
		}
	}
	return moderate(slices.Concat(x...)...)
}

// moderate reports whether all bounds are between 2^-100 and 2^100.
func moderate(bounds ...float64) bool {
	for _, x := range bounds {
		if !(x > 0x1p-100 && x < 0x1p100) {
			return false
		}
	}
	return true
}

// activationBounds returns X for the inputs and then for the units of each layer.
func (p *Pack[T]) activationBounds(lane int, pixel float64) [][]float64 {
	all := [][]float64{slices.Repeat([]float64{pixel}, p.widths[0])}
	for i, l := range p.layers {
		out := make([]float64, l.w.units)
		for j := range out {
			out[j] = math.Abs(float64(l.b.at(j, 0)[lane]))
			for k, input := range all[i] {
				out[j] += math.Abs(float64(l.w.at(j, k)[lane])) * input
			}
		}
		all = append(all, out)
	}
	return all
}

// deltaBounds returns D for the units of each layer.
func (p *Pack[T]) deltaBounds(lane int) [][]float64 {
	all := make([][]float64, len(p.layers))
	last := len(p.layers) - 1
	all[last] = slices.Repeat([]float64{1}, p.widths[last+1])
	for i := last - 1; i >= 0; i-- {
		all[i] = make([]float64, p.widths[i+1])
		for j, delta := range all[i+1] {
			for k := range all[i] {
				all[i][k] += math.Abs(float64(p.layers[i+1].w.at(j, k)[lane])) * delta
			}
		}
	}
	return all
}
