package relunet

import (
	"fmt"

	"github.com/lossglass/lossglass/simd"
)

// Train takes one SGD step for each minibatch of `batch` consecutive elements of
// order, indices of images; the last may be short. rates holds each network's
// learning rate; the gradient of a minibatch of b samples is a sum, so the step
// is float32(rate / float64(b)). It panics on a batch below one or images of
// another size.
func (p *Pack) Train(im *Images, order []int32, batch int, rates *[simd.Lanes]float64) {
	p.check(im)
	if batch < 1 {
		panic(fmt.Sprintf("relunet: minibatch of %d", batch))
	}
	for ; len(order) > 0; order = order[min(batch, len(order)):] {
		indices := order[:min(batch, len(order))]
		for l, rate := range rates {
			p.rates[l] = float32(rate / float64(len(indices)))
		}
		p.batch.gather(im, indices)
		p.step(&p.rates)
	}
}

// step trains on the gathered minibatch.
func (p *Pack) step(step *[simd.Lanes]float32) {
	samples := len(p.batch.labels)
	p.reserve(samples)
	p.forward(p.batch.samples, samples, true)
	p.k.SoftmaxGrad(p.z.data, p.batch.labels, p.classes, p.z.stride)
	// From the last tile to the first: of large networks the second-level cache holds the last.
	p.w1.tilesDown(func(t, width int, w []float32) {
		h, first := p.h.tile(t), t*simd.Row*simd.Tile
		p.k.Backward(width, p.d, h, p.w2.data[first:], p.z.data, samples, p.classes, p.w2.stride, p.z.stride)
		p.w2.tiles(func(c, outputs int, w2 []float32) {
			p.k.Step(outputs, w2[first:], p.z.tile(c), h, samples, width, step)
		})
		p.k.BiasStep(width, p.b1.tile(t), p.d, samples, step)
		p.k.ImageStep(width, w, p.d, p.batch.pixels.list, p.batch.pixels.spans, step)
	})
	p.b2.tiles(func(c, width int, b []float32) {
		p.k.BiasStep(width, b, p.z.tile(c), samples, step)
	})
}

// forward computes the logits of the samples of the lists. It leaves the
// activations of hidden tile t in tile t of p.h if they are to be kept. The chains
// of the logits go on once for each group of tiles, so that these are loaded and
// stored less often; of an evaluation's many samples only one tile's activations
// stay in the second-level cache until then.
func (p *Pack) forward(lists pairLists, samples int, keep bool) {
	group := 1
	if keep {
		group = 5
	}
	p.z.fill(p.b2, samples)
	p.w1.tiles(func(t, width int, w []float32) {
		inGroup := t % group
		to := inGroup
		if keep {
			to = t
		}
		p.k.ImageForward(width, p.h.tile(to), w, p.b1.tile(t), lists.list, lists.spans)
		if done := t*simd.Tile + width; inGroup == group-1 || done == p.hidden {
			first := (t - inGroup) * simd.Tile
			h := p.h.data[(to-inGroup)*p.h.stride:]
			p.w2.tiles(func(c, outputs int, w2 []float32) {
				p.k.Forward(outputs, p.z.tile(c), w2[first*simd.Row:], h, samples, done-first, p.h.stride)
			})
		}
	})
}

// reserve makes room for the activations of that many samples, which are computed in pairs.
func (p *Pack) reserve(samples int) {
	if room := samples + samples%2; len(p.d) < room*simd.Row {
		p.h = newTiled(p.hidden, room)
		p.z = newTiled(p.classes, room)
		p.d = aligned(room * simd.Row)
	}
}

// fill sets the rows of each tile to the biases.
func (t tiled) fill(b tiled, rows int) {
	b.tiles(func(i, _ int, bias []float32) {
		to := t.tile(i)
		for r := range rows {
			copy(to[r*simd.Row:], bias)
		}
	})
}

func (p *Pack) check(im *Images) {
	if im.inputs != p.inputs {
		panic(fmt.Sprintf("relunet: images of %d pixels for networks of %d", im.inputs, p.inputs))
	}
}
