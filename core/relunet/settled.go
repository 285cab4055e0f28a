package relunet

import (
	"math"

	"github.com/lossglass/lossglass/simd"
)

// Settled reports whether training is provably over: whether no step of Train on
// these images, in any order and in minibatches of up to a million, at these rates
// or lower ones, can change a bit of any parameter. With a rate that falls
// geometrically that comes long before the rate itself underflows, and the epochs
// left need not be computed. False proves nothing.
//
// A parameter w stays what it is if |step g| < ulp(w)/4, for which |w| 2^-26 is a
// bound from below. For a minibatch of b samples step = rate/b and |g| <= b M,
// where M bounds one sample's term: 1 for an output's bias, since a delta is at
// most 1; H_j, the largest activation that the first layer allows, for its outgoing
// weights; D_j = sum over c |w2_cj| for a hidden unit's bias; and D_j times the
// largest pixel for its incoming weights. Rounding, of chains shorter than 2^22
// terms, is less than a factor of two.
func (p *Pack) Settled(im *Images, rates *[simd.Lanes]float64) bool {
	p.check(im)
	for l, rate := range rates {
		if !p.laneSettled(l, float64(im.largest), rate) {
			return false
		}
	}
	return true
}

func (p *Pack) laneSettled(lane int, pixel, rate float64) bool {
	stays := func(w float32, term float64) bool {
		return 2*rate*term < math.Abs(float64(w))*0x1p-26 // false for NaN
	}
	var logit float64 // bounds every logit: an infinite one would make NaN deltas
	for j := range p.hidden {
		activation := math.Abs(float64(p.b1.at(j, 0)[lane]))
		for k := range p.inputs {
			activation += math.Abs(float64(p.w1.at(j, k)[lane])) * pixel
		}
		var delta float64
		for c := range p.classes {
			w := p.w2.at(c, j)[lane]
			delta += math.Abs(float64(w))
			if !stays(w, activation) {
				return false
			}
		}
		logit += delta * activation
		if !stays(p.b1.at(j, 0)[lane], delta) {
			return false
		}
		for k := range p.inputs {
			if !stays(p.w1.at(j, k)[lane], delta*pixel) {
				return false
			}
		}
	}
	for c := range p.classes {
		b := p.b2.at(c, 0)[lane]
		logit += math.Abs(float64(b))
		if !stays(b, 1) {
			return false
		}
	}
	return logit < math.MaxFloat32/4
}
