package relunet

import "context"

// LossBlock is the number of images whose losses are added to each other before their sum
// is added to the total.
const LossBlock = 1000

// Evaluate returns the mean negative log-likelihood of each network over the images and
// the number of images that it classifies correctly. The losses have type T; they are
// added in float64, in the order of the images within blocks of [LossBlock], and the sums
// of the blocks are added in order. A network classifies an image correctly if the label
// is the lowest class that attains the maximum logit and no logit is NaN. Without images
// the losses are NaN.
//
// After each block Evaluate calls onBlock, if it is not nil, with the number of images
// done so far. If ctx is done it returns ctx.Err(). It panics if the images have another
// number of pixels than the networks have inputs, or more classes.
func (p *Pack[T]) Evaluate(ctx context.Context, im *Images, onBlock func(done int)) (loss [Lanes]float64, correct [Lanes]int, err error) {
	p.checkImages(im)
	p.reserve(min(LossBlock, im.Len()))
	var hits [Lanes]uint32
	for b, images := range im.blocks {
		done := min((b+1)*LossBlock, im.Len())
		for l, sum := range p.lossSum(images, im.labels[b*LossBlock:done], &hits) {
			loss[l] += sum
		}
		if onBlock != nil {
			onBlock(done)
		}
		if err := ctx.Err(); err != nil {
			return [Lanes]float64{}, [Lanes]int{}, err
		}
	}
	for l := range loss {
		loss[l] /= float64(im.Len())
		correct[l] = int(hits[l])
	}
	return loss, correct, nil
}

// lossSum returns the sum of the losses of a block of images, and adds the number of
// correctly classified ones to correct.
func (p *Pack[T]) lossSum(images pairLists, labels []uint32, correct *[Lanes]uint32) (sum [Lanes]float64) {
	hidden, z := p.hidden(), p.output().h
	p.forward(images, len(labels), hidden[len(hidden)-1].h.shrink(1))
	p.kernels.LossSum(z.data, labels, z.units, z.stride, &sum, correct)
	return sum
}
