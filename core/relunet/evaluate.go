package relunet

import "github.com/lossglass/lossglass/simd"

// Evaluate returns each network's mean negative log-likelihood over the images
// and how many of them it classifies rightly: losses of type T, added in float64
// in the order of the images within blocks of simd.Block, the blocks' sums added
// in order. After each block it calls more, if not nil, with the number of
// images done, and gives up when that returns false.
func (p *Pack[T]) Evaluate(im *Images, more func(done int) bool) (loss [simd.Lanes]float64, correct [simd.Lanes]int) {
	p.check(im)
	p.reserve(min(simd.Block, im.Len()))
	var hits [simd.Lanes]uint32
	for b, lists := range im.blocks {
		done := min((b+1)*simd.Block, im.Len())
		for l, sum := range p.lossSum(lists, im.labels[b*simd.Block:done], &hits) {
			loss[l] += sum
		}
		if more != nil && !more(done) {
			break
		}
	}
	for l := range loss {
		loss[l] /= float64(im.Len())
		correct[l] = int(hits[l])
	}
	return loss, correct
}

// lossSum returns the sum of the losses of a block of images and adds the hits.
func (p *Pack[T]) lossSum(lists pairLists, labels []uint32, hits *[simd.Lanes]uint32) (sum [simd.Lanes]float64) {
	hidden, z := p.hidden(), p.output().h
	p.forward(lists, len(labels), hidden[len(hidden)-1].h.first(1))
	p.k.LossSum(z.data, labels, z.units, z.stride, &sum, hits)
	return sum
}
