package relunet

import "github.com/lossglass/lossglass/simd/network"

const (
	// samplesAtOnce is the number of samples for which a hidden layer after the first is
	// computed at once. Their activations in the layer before stay in the cache while
	// each tile reads them, also for the many samples of an evaluation.
	samplesAtOnce = 20
	// tilesAtOnce is the number of tiles of the last hidden layer that are computed before
	// the chains of the logits are continued with all of them. Their activations stay in
	// the second-level cache, and the logits are loaded and stored less often.
	tilesAtOnce = 5
)

// forward computes the activations of the hidden layers and the logits for some samples,
// whose images are given by pair lists. It stores the activations of the last hidden
// layer in last, which may have memory for fewer tiles.
func (p *Pack[T]) forward(images pairLists, samples int, last tiled[T]) {
	out := p.output()
	for t := range out.b.count() {
		repeatRow(out.h.tile(t), out.b.tile(t), samples) // the chains of the logits begin with the biases
	}
	hidden := p.hidden()
	for i, l := range hidden {
		isLast := i == len(hidden)-1
		if isLast {
			l.h = last
		}
		atOnce := samplesAtOnce
		if i == 0 {
			atOnce = samples // the pair lists are of all samples
		}
		for from := 0; from < samples; from += atOnce {
			n := min(atOnce, samples-from)
			begin := from * network.Row // of these samples in each tile
			for t := range l.w.count() {
				if i == 0 {
					p.kernels.ImageForward(l.w.width(t), l.h.tile(t), l.w.tile(t), l.b.tile(t), images.entries, images.spans)
				} else {
					p.activations(hidden[i-1].h, l, t, begin, n)
				}
				if isLast {
					p.continueLogits(l.h, t, begin, n)
				}
			}
		}
	}
}

// activations computes n samples of tile t of hidden layer l from the whole layer before.
// The samples begin at the given offset in each tile.
func (p *Pack[T]) activations(before tiled[T], l layer[T], t, begin, n int) {
	// z = b, continued as a chain over the inputs ascending; h = ReLU(z)
	h := l.h.tile(t)[begin:][:n*network.Row]
	repeatRow(h, l.b.tile(t), n)
	p.kernels.Forward(l.w.width(t), h, l.w.tile(t), before.data[begin:], n, before.units, before.stride)
	p.relu(h, h)
}

// continueLogits is called after each tile t of the last hidden layer h. After every
// tilesAtOnce tiles, fewer if h has memory for fewer, and after the last tile, it
// continues the chains of the logits of n samples with the units of these tiles.
func (p *Pack[T]) continueLogits(h tiled[T], t, begin, n int) {
	atOnce := min(tilesAtOnce, h.stored())
	inGroup := t % atOnce
	if inGroup != atOnce-1 && t != h.count()-1 {
		return
	}
	first := t - inGroup
	units := inGroup*network.Tile + h.width(t)
	out := p.output()
	for c := range out.w.count() {
		p.kernels.Forward(out.w.width(c), out.h.tile(c)[begin:], out.w.tile(c)[weightsFrom(first):], h.tail(first)[begin:], n, units, h.stride)
	}
}

// weightsFrom returns the offset, in a tile of weights, of those from tile t of the layer
// before.
func weightsFrom(t int) int { return t * network.Tile * network.Row }
