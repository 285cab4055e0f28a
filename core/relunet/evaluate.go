package relunet

// LossBlock is the number of images whose losses are added before their sum joins the total.
const LossBlock = 1000

// Evaluate returns each network's mean negative log-likelihood over the images
// and how many of them it classifies rightly: losses of type T, added in float64
// in the order of the images within blocks of LossBlock, the blocks' sums added
// in order. After each block it calls more, if not nil, with the number of
// images done, and gives up when that returns false.
func (p *Pack[T]) Evaluate(im *Images, more func(done int) bool) (loss [Lanes]float64, correct [Lanes]int) {
	p.check(im)
	p.reserve(min(LossBlock, im.Len()))
	var hits [Lanes]uint32
	for b, lists := range im.blocks {
		done := min((b+1)*LossBlock, im.Len())
		for l, sum := range p.lossSum(lists, im.labels[b*LossBlock:done], &hits) {
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
func (p *Pack[T]) lossSum(lists pairLists, labels []uint32, hits *[Lanes]uint32) (sum [Lanes]float64) {
	hidden, z := p.hidden(), p.output().h
	p.forward(lists, len(labels), hidden[len(hidden)-1].h.first(1))
	p.k.LossSum(z.data, labels, z.units, z.stride, &sum, hits)
	return sum
}
