package relunet

import (
	"fmt"
	"slices"

	"github.com/lossglass/lossglass/simd/network"
)

// A Variation is the mean loss of a pack of networks with one hidden layer over some images,
// as a function of one parameter at a time: [Variation.Try] changes a parameter of all sixteen
// networks and returns their mean losses, [Variation.Keep] keeps the change in some of
// them. It is what simulated annealing needs.
//
// Its losses are the bits of [Pack.Evaluate] for the same parameters, however many changes
// came before: nothing accumulates. A Variation keeps the activations of the hidden units and
// the loss of every image. Try computes the activations of the one unit that reads the
// changed parameter anew, from all its inputs, then all logits and the loss, as the package
// documentation defines them; but only for the images on which the parameter has an influence,
// those whose pixel is not zero. It adds the losses of all images, the kept and the new ones,
// in the order of Evaluate.
//
// While a Variation is used, the pack's parameters must not be changed in any other way.
// It is not safe for concurrent use.
type Variation struct {
	p      *Pack[float32]
	im     *Images
	params []*[Lanes]float32 // in the reference layout
	blocks []variedBlock
	loss   [Lanes]float64

	h, z tiled[float32] // of the dependent images: their rows in a block, in the order of dependents

	// The last change that was tried, with its losses.
	param  int
	values [Lanes]float32
	tried  [Lanes]float64
}

// A variedBlock is LossBlock images, or what is left of them.
type variedBlock struct {
	entries []network.Entry
	labels  []uint32
	h       tiled[float32]   // activations of the hidden units
	losses  [][Lanes]float64 // of each image
	all     dependents
	ofPixel []dependents

	// Of the dependent images of the last change that was tried.
	column [][Lanes]float32 // activations of the changed unit
	tried  [][Lanes]float64 // losses
}

// dependents are the images of a block on whose activations a parameter has an influence,
// ascending, and the spans of the pair lists that compute them: their rows are indices of
// images.
type dependents struct {
	images []int
	spans  []network.Span
}

// NewVariation prepares the changes of the parameters of a pack. It panics if the networks
// do not have one hidden layer, if there are no images, or if the images have another number
// of pixels than the networks have inputs, or more classes.
func NewVariation(p *Pack[float32], im *Images) *Variation {
	if len(p.layers) != 2 || im.Len() == 0 {
		panic(fmt.Sprintf("relunet: single parameters of networks of widths %v on %d images", p.widths, im.Len()))
	}
	p.checkImages(im)
	v := &Variation{p: p, im: im}
	for _, lanes := range p.parameters() {
		v.params = append(v.params, lanes)
	}
	most := min(LossBlock, im.Len()) + 1 // the blank image
	v.h, v.z = newTiled[float32](p.widths[1], most), newTiled[float32](p.widths[2], most)
	for b, images := range im.blocks {
		from := b * LossBlock
		v.blocks = append(v.blocks, newVariedBlock(im, images, from, min(LossBlock, im.Len()-from), p.widths[1]))
	}
	v.computeAll()
	return v
}

func newVariedBlock(im *Images, images pairLists, from, n, units int) variedBlock {
	b := variedBlock{
		entries: images.entries, labels: im.labels[from:][:n], h: newTiled[float32](units, n+1),
		losses: make([][Lanes]float64, n), column: make([][Lanes]float32, n), tried: make([][Lanes]float64, n),
	}
	b.all = newDependents(images.spans, n, func(int) bool { return true })
	for k := range im.inputs {
		b.ofPixel = append(b.ofPixel, newDependents(images.spans, n, func(i int) bool { return has(im.support.set(from+i), k) }))
	}
	return b
}

// newDependents returns the images of the spans with an image for which depends returns true.
// n is the number of images, and the index of the blank one.
func newDependents(spans []network.Span, n int, depends func(image int) bool) (d dependents) {
	isTrue := func(i uint32) bool { return int(i) < n && depends(int(i)) }
	for _, span := range spans {
		if !isTrue(span[2]) && !isTrue(span[3]) {
			continue
		}
		d.spans = append(d.spans, span)
		for _, i := range span[2:] {
			if int(i) < n {
				d.images = append(d.images, int(i))
			}
		}
	}
	slices.Sort(d.images)
	row := func(i uint32) uint32 {
		at, _ := slices.BinarySearch(d.images, int(i)) // of the blank image: the row after the others
		return uint32(at)
	}
	for s := range d.spans {
		d.spans[s][2], d.spans[s][3] = row(d.spans[s][2]), row(d.spans[s][3])
	}
	return d
}

// computeAll computes the activations and losses of all images.
func (v *Variation) computeAll() {
	v.loss = [Lanes]float64{}
	hidden := v.p.layers[0]
	for i := range v.blocks {
		b := &v.blocks[i]
		for t := range hidden.w.count() {
			v.p.kernels.ImageForward(hidden.w.width(t), v.h.tile(t), hidden.w.tile(t), hidden.b.tile(t), b.entries, b.all.spans)
			copy(b.h.tile(t), v.h.tile(t)[:len(b.labels)*network.Row])
		}
		v.lossesOf(b, b.all, b.losses)
		var sum [Lanes]float64
		for _, x := range b.losses {
			add(&sum, &x)
		}
		add(&v.loss, &sum)
	}
	for l := range v.loss {
		v.loss[l] /= float64(v.im.Len())
	}
}

// Parameters returns the number of parameters of a network.
func (v *Variation) Parameters() int { return len(v.params) }

// Value returns a parameter, by its index in the reference layout.
func (v *Variation) Value(param int) [Lanes]float32 { return *v.params[param] }

// Energy returns the mean losses.
func (v *Variation) Energy() [Lanes]float64 { return v.loss }

// Try returns the mean losses with other values of one parameter, given by its index in the
// reference layout. It changes no parameter.
func (v *Variation) Try(param int, values *[Lanes]float32) [Lanes]float64 {
	v.param, v.values, v.tried = param, *values, [Lanes]float64{}
	before := *v.params[param]
	*v.params[param] = *values
	for i := range v.blocks {
		sum := v.tryBlock(&v.blocks[i])
		add(&v.tried, &sum)
	}
	*v.params[param] = before
	for l := range v.tried {
		v.tried[l] /= float64(v.im.Len())
	}
	return v.tried
}

// Keep keeps the last change that was tried in the lanes for which kept is true.
func (v *Variation) Keep(kept *[Lanes]bool) {
	if *kept == [Lanes]bool{} {
		return
	}
	for l, keep := range kept {
		if keep {
			v.params[v.param][l], v.loss[l] = v.values[l], v.tried[l]
		}
	}
	unit, _ := v.reader()
	for i := range v.blocks {
		b := &v.blocks[i]
		for row, image := range v.dependents(b).images {
			to, from := &b.losses[image], &b.tried[row]
			for l, keep := range kept {
				if keep {
					to[l] = from[l]
				}
			}
			if unit < 0 {
				continue
			}
			h, column := b.h.at(unit, image), &b.column[row]
			for l, keep := range kept {
				if keep {
					h[l] = column[l]
				}
			}
		}
	}
}

// reader returns the hidden unit that reads the changed parameter, and the pixel it is the
// weight of; -1 where there is none.
func (v *Variation) reader() (unit, pixel int) {
	inputs, units := v.p.widths[0], v.p.widths[1]
	switch weights := units * inputs; {
	case v.param < weights:
		return v.param / inputs, v.param % inputs
	case v.param < weights+units:
		return v.param - weights, -1
	}
	return -1, -1
}

// dependents returns the images of a block on which the changed parameter has an influence.
func (v *Variation) dependents(b *variedBlock) dependents {
	if _, pixel := v.reader(); pixel >= 0 {
		return b.ofPixel[pixel]
	}
	return b.all
}

// tryBlock computes the losses of the dependent images of a block with the parameters that the
// pack has now, and returns the sum of the losses of all its images.
func (v *Variation) tryBlock(b *variedBlock) (sum [Lanes]float64) {
	d := v.dependents(b)
	for t := range b.h.count() {
		to, from := v.h.tile(t), b.h.tile(t)
		for row, image := range d.images {
			copy(to[row*network.Row:][:network.Row], from[image*network.Row:])
		}
	}
	if unit, _ := v.reader(); unit >= 0 {
		hidden, t, u := v.p.layers[0], unit/network.Tile, unit%network.Tile*Lanes
		v.p.kernels.ImageForward(1, v.h.tile(t)[u:], hidden.w.tile(t)[u:], hidden.b.tile(t)[u:], b.entries, d.spans)
		for row := range d.images {
			b.column[row] = *v.h.at(unit, row)
		}
	}
	v.lossesOf(b, d, b.tried)
	row := 0
	for image := range b.losses {
		x := &b.losses[image]
		if row < len(d.images) && d.images[row] == image {
			x = &b.tried[row]
			row++
		}
		add(&sum, x)
	}
	return sum
}

// lossesOf computes the losses of the images d of a block from their activations in v.h.
func (v *Variation) lossesOf(b *variedBlock, d dependents, losses [][Lanes]float64) {
	if len(d.images) == 0 {
		return
	}
	out := v.p.output()
	for c := range out.b.count() {
		repeatRow(v.z.tile(c), out.b.tile(c), len(d.images))
		v.p.kernels.Forward(out.w.width(c), v.z.tile(c), out.w.tile(c), v.h.data, len(d.images), v.h.units, v.h.stride)
	}
	var correct [Lanes]uint32 // not needed here
	for row, image := range d.images {
		losses[row] = [Lanes]float64{}
		v.p.kernels.LossSum(v.z.data[row*network.Row:], b.labels[image:image+1], v.z.units, v.z.stride, &losses[row], &correct)
	}
}

// add adds x to sum, lane by lane.
func add(sum, x *[Lanes]float64) {
	for l := range sum {
		sum[l] += x[l]
	}
}
