package relunet

import (
	"fmt"

	"github.com/lossglass/lossglass/simd/network"
)

// Train takes one SGD step for each minibatch of `batch` consecutive elements of
// order, indices of images; the last may be short. rates holds each network's
// learning rate; the gradient of a minibatch of b samples is a sum, so the step
// is T(rate / float64(b)). It panics on a batch below one or images of
// another size.
func (p *Pack[T]) Train(im *Images, order []int32, batch int, rates *[Lanes]float64) {
	p.check(im)
	if batch < 1 {
		panic(fmt.Sprintf("relunet: minibatch of %d", batch))
	}
	for ; len(order) > 0; order = order[min(batch, len(order)):] {
		indices := order[:min(batch, len(order))]
		for l, rate := range rates {
			p.rates[l] = T(rate / float64(len(indices)))
		}
		p.batch.gather(im, indices)
		p.step(&p.rates)
	}
}

// step trains on the gathered minibatch.
func (p *Pack[T]) step(step *[Lanes]T) {
	samples := len(p.batch.labels)
	p.reserve(samples)
	hidden, out := p.hidden(), p.output()
	p.forward(p.batch.samples, samples, hidden[len(hidden)-1].h)
	p.k.SoftmaxGrad(out.d.data, p.batch.labels, out.d.units, out.d.stride)
	for i := len(hidden) - 1; i >= 0; i-- {
		p.backward(i, samples, step)
	}
	out.b.tiles(func(c, width int, b []T) {
		p.k.BiasStep(width, b, out.d.tile(c), samples, step)
	})
}

// part is how many samples the layers after the first take at once: so few that
// the activations before them stay in the cache while one tile after the other
// reads them, also when the samples are a block for evaluation.
const part = 20

// maxGroup is how many tiles' activations of the last hidden layer wait, in the
// second-level cache, until the chains of the logits go on: so these are loaded and
// stored less often. An evaluation's many samples leave room for one tile only.
const maxGroup = 5

// forward computes the activations of the hidden layers and the logits. Those of
// the last hidden layer go to last, which may have room for fewer tiles.
func (p *Pack[T]) forward(images pairLists, samples int, last tiled[T]) {
	group := min(maxGroup, last.room())
	hidden := p.hidden()
	p.output().h.fill(p.output().b, samples)
	for i, l := range hidden {
		final := i == len(hidden)-1
		if final {
			l.h = last
		}
		together := part
		if i == 0 {
			together = samples // the lists are of all
		}
		for from := 0; from < samples; from += together {
			n, at := min(together, samples-from), from*network.Row
			l.w.tiles(func(t, width int, w []T) {
				h := l.h.tile(t)[at:]
				if i == 0 {
					p.k.ImageForward(width, h, w, l.b.tile(t), images.list, images.spans)
				} else {
					p.activations(hidden[i-1].h, at, width, h, w, l.b.tile(t), n)
				}
				if inGroup := t % group; final && (inGroup == group-1 || t == l.w.count()-1) {
					p.logits(t-inGroup, inGroup*network.Tile+width, at, l.h, n)
				}
			})
		}
	}
}

// activations computes some samples of a tile of a hidden layer from the whole
// layer before it. They begin at that place of each of its tiles.
func (p *Pack[T]) activations(before tiled[T], at, width int, h, w, b []T, samples int) {
	repeat(h, b, samples)
	p.k.Forward(width, h, w, before.data[at:], samples, before.units, before.stride)
	h = h[:samples*network.Row]
	p.relu(h, h)
}

// logits lets that many units of the last hidden layer, from those of tile t on, go
// on with the chains of the logits.
func (p *Pack[T]) logits(t, units, at int, h tiled[T], samples int) {
	out := p.output()
	out.w.tiles(func(c, outputs int, w []T) {
		p.k.Forward(outputs, out.h.tile(c)[at:], w[inputs(t):], h.from(t)[at:], samples, units, h.stride)
	})
}

// backward computes the deltas of hidden layer i, tile by tile, and takes the step
// of the weights out of it, which they were the last to need, and of the biases.
func (p *Pack[T]) backward(i, samples int, step *[Lanes]T) {
	l, next := p.layers[i], p.layers[i+1]
	// From the last tile to the first: of large networks the second-level cache holds the last.
	l.w.tilesDown(func(t, width int, w []T) {
		h, d := l.h.tile(t), l.d.tile(t)
		p.k.Backward(width, d, h, next.w.data[inputs(t):], next.d.data, samples, next.d.units, next.w.stride, next.d.stride)
		next.w.tiles(func(c, outputs int, w []T) {
			p.k.Step(outputs, w[inputs(t):], next.d.tile(c), h, samples, width, step)
		})
		p.k.BiasStep(width, l.b.tile(t), d, samples, step)
		if i == 0 {
			p.k.ImageStep(width, w, d, p.batch.pixels.list, p.batch.pixels.spans, step)
		}
	})
}

// inputs returns where in a tile of weights those out of tile t of the layer before stand.
func inputs(t int) int { return t * network.Tile * network.Row }

// reserve makes room for the activations of that many samples, which the first
// layer computes in pairs.
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
		case i == 0: // each tile of deltas is done with when the next one comes
			l.d = newTiled[T](min(network.Tile, l.w.units), p.room)
		default:
			l.d = newTiled[T](l.w.units, p.room)
		}
	}
}

// fill sets the rows of each tile to the biases.
func (t tiled[T]) fill(b tiled[T], rows int) {
	b.tiles(func(i, _ int, bias []T) { repeat(t.tile(i), bias, rows) })
}

// repeat sets rows of a tile to the same one.
func repeat[T float32 | float64](tile, row []T, rows int) {
	for r := range rows {
		copy(tile[r*network.Row:], row)
	}
}

func (p *Pack[T]) check(im *Images) {
	if im.inputs != p.widths[0] {
		panic(fmt.Sprintf("relunet: images of %d pixels for networks of %d", im.inputs, p.widths[0]))
	}
}
