package relunet

import "fmt"

// fetchAtOnce is the number of images that are fetched together, where minibatches are
// smaller. They stay in the second-level cache until they are trained on.
const fetchAtOnce = 64

// Train takes one step of stochastic gradient descent for each minibatch of batch
// consecutive elements of order, which are indices of images; the last minibatch may be
// smaller. rates are the learning rates of the networks. The gradient of a minibatch of b
// samples is their sum, so a parameter w with gradient g becomes fma(-step, g, w), with
// step = T(rate / float64(b)).
//
// Train panics if batch is below one, if an index is out of range, or if the images have
// another number of pixels than the networks have inputs, or more classes.
func (p *Pack[T]) Train(im *Images, order []int32, batch int, rates *[Lanes]float64) {
	p.checkImages(im)
	if batch < 1 {
		panic(fmt.Sprintf("relunet: minibatch of %d", batch))
	}
	fetched := 0 // elements of order from its beginning
	for len(order) > 0 {
		indices := order[:min(batch, len(order))]
		if fetched < len(indices) {
			n := min(max(batch, fetchAtOnce), len(order))
			p.batch.fetched += im.records.fetch(order[fetched:n])
			fetched = n
		}
		order, fetched = order[len(indices):], fetched-len(indices)
		for l, rate := range rates {
			p.step[l] = T(rate / float64(len(indices)))
		}
		p.batch.gather(im, indices)
		p.trainMinibatch()
	}
}

// trainMinibatch takes one step on the gathered minibatch.
func (p *Pack[T]) trainMinibatch() {
	samples := len(p.batch.labels)
	p.reserve(samples)
	hidden, out := p.hidden(), p.output()
	p.forward(p.batch.samples, samples, hidden[len(hidden)-1].h)
	p.kernels.SoftmaxGrad(out.d.data, p.batch.labels, out.d.units, out.d.stride)
	for i := len(hidden) - 1; i >= 0; i-- {
		p.backward(i, samples)
	}
	for t := range out.b.count() {
		p.kernels.BiasStep(out.b.width(t), out.b.tile(t), out.d.tile(t), samples, &p.step)
	}
}

// backward computes the deltas of hidden layer i, tile by tile. It updates the weights
// from this layer to the next one, which no other delta needs any more, the biases of
// this layer and, for i = 0, the weights from the images.
func (p *Pack[T]) backward(i, samples int) {
	l, next := p.layers[i], p.layers[i+1]
	// The last tiles come first: in large networks they are the ones still in the
	// second-level cache.
	for t := l.w.count() - 1; t >= 0; t-- {
		width, h, d := l.w.width(t), l.h.tile(t), l.d.tile(t)
		p.kernels.Backward(width, d, h, next.w.data[weightsFrom(t):], next.d.data, samples, next.d.units, next.w.stride, next.d.stride)
		for c := range next.w.count() {
			p.kernels.Step(next.w.width(c), next.w.tile(c)[weightsFrom(t):], next.d.tile(c), h, samples, width, &p.step)
		}
		p.kernels.BiasStep(width, l.b.tile(t), d, samples, &p.step)
		if i == 0 {
			p.kernels.ImageStep(width, l.w.tile(t), d, p.batch.pixels.entries, p.batch.pixels.spans, &p.step)
		}
	}
}
