package relunet

import "github.com/lossglass/lossglass/simd"

// chunk is how many images an evaluation takes through a tile of weights at a
// time; simd.Block is a multiple of it, and it is even.
const chunk = 100

// Evaluate returns each network's mean negative log-likelihood over the images
// and how many of them it classifies rightly: float32 losses, added in float64
// in the order of the images within blocks of simd.Block, the blocks' sums added
// in order. After each block it calls more, if not nil, with the number of
// images done, and gives up when that returns false.
func (p *Pack) Evaluate(im *Images, more func(done int) bool) (loss [simd.Lanes]float64, correct [simd.Lanes]int) {
	p.check(im)
	p.reserve(chunk)
	n := im.Len()
	var hits [simd.Lanes]uint32
	for from := 0; from < n; from += simd.Block {
		to := min(from+simd.Block, n)
		var sum [simd.Lanes]float64
		for at := from; at < to; at += chunk {
			p.lossSum(im, at, min(at+chunk, to), &sum, &hits)
		}
		for l, s := range sum {
			loss[l] += s
		}
		if more != nil && !more(to) {
			break
		}
	}
	for l := range loss {
		loss[l] /= float64(n)
		correct[l] = int(hits[l])
	}
	return loss, correct
}

// lossSum adds the losses and hits of the images from..to-1.
func (p *Pack) lossSum(im *Images, from, to int, sum *[simd.Lanes]float64, hits *[simd.Lanes]uint32) {
	samples := to - from
	h := p.h.tile(0)
	p.z.fill(p.b2, samples)
	p.w1.tiles(func(t, width int, w []float32) {
		p.k.ImageForward(width, h, w, p.b1.tile(t), im.all.list, im.all.spans[from:to+samples%2])
		p.logits(t, width, h, samples)
	})
	p.k.LossSum(p.z.data, im.labels[from:to], p.classes, p.z.stride, sum, hits)
}
