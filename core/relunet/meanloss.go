package relunet

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// A MeanLoss is the mean negative log-likelihood of one network over a data set, as a
// function of the network's parameters in float64, with its first and second derivatives.
// Parameters, gradients and the vectors of products are in the reference layout.
//
// At a point where a hidden unit's z is exactly zero for some image, the derivatives are
// those with the unit inactive for this image.
//
// # The exact results
//
// All sets of kernels and all numbers of threads give the same bits: those of the
// following operations. z, h, e, s and the loss of one image are as in the package
// documentation, and
//
//	p_c = e_c / s,  delta_c = p_c - [c = label]       for the classes
//	delta_k = chain over the units u of the next layer, ascending from +0, of delta_u w_uk;
//	          +0 unless h_k > 0                       for a hidden unit
//	g_uk = chain over the images of delta_u x_k;  g_u = sum of delta_u, for the bias
//
// The chain and the sum are taken from +0 over the images of one block of [LossBlock],
// ascending; the results of the blocks are added in order from +0, and divided by the
// number of images. The losses are added in the same way, as [Pack.Evaluate] adds them.
//
// The product of the Hessian with v, whose parts are v_uk and v_u, needs for each image the
// derivatives along v, written with a dash:
//
//	z'_u = v_u, continued as a chain over the inputs k ascending of v_uk x_k, and then,
//	       except in the first layer, over k ascending of w_uk x'_k
//	h'_u = z'_u, but +0 unless h_u > 0
//	m = chain over the classes ascending from +0 of p_c z'_c
//	delta'_c = p_c (z'_c - m)
//	delta'_k = chain over u ascending from +0 of delta'_u w_uk, and then over u ascending of
//	           delta_u v_uk;  +0 unless h_k > 0
//	r_uk = chain over the images of delta'_u x_k, and then, except in the first layer, over
//	       the images of delta_u x'_k;  r_u = sum of delta'_u
//
// with the blocks added and divided as for the gradient.
type MeanLoss struct {
	set     *simd.Set
	im      *Images
	widths  []int
	threads int
	width   float64 // of the rounding of ReLUs; 0: none
}

// NewMeanLoss returns the mean loss over the images of a network with the given widths. Its
// methods use at most the given number of threads, and at least one. It panics if there are
// fewer than three widths, one is below one, there are no images, or the images have
// another number of pixels than the network has inputs, or more classes.
func NewMeanLoss(set *simd.Set, im *Images, threads int, widths ...int) *MeanLoss {
	checkWidths(widths)
	im.check(widths)
	if im.Len() == 0 {
		panic("relunet: a mean over no images")
	}
	return &MeanLoss{set: set, im: im, widths: slices.Clone(widths), threads: max(1, threads)}
}

// Gradient writes the gradient of the mean loss at params to gradient and returns the mean
// loss. If ctx is done it returns ctx.Err(). It panics if a slice has another length than
// the number of parameters.
func (m *MeanLoss) Gradient(ctx context.Context, params, gradient []float64) (loss float64, err error) {
	checkParams(len(params), m.widths)
	checkParams(len(gradient), m.widths)
	return m.sumBlocks(ctx, gradient, func(b *lossBlock, sum []float64) {
		b.forward(params)
		b.backward(params, nil, func(l layerViews) {
			b.accumulate(b.delta[l.index+1], b.h[l.index], l.of(sum), true)
		})
	})
}

// HessianVector writes the product of the Hessian of the mean loss at params with v to out.
// It takes the time of two to three gradients, and works for any number of layers. If ctx
// is done it returns ctx.Err(). It panics if a slice has another length than the number of
// parameters, or the loss is rounded.
func (m *MeanLoss) HessianVector(ctx context.Context, params, v, out []float64) error {
	m.mustBeExact()
	for _, x := range [][]float64{params, v, out} {
		checkParams(len(x), m.widths)
	}
	_, err := m.sumBlocks(ctx, out, func(b *lossBlock, sum []float64) {
		b.forward(params)
		b.forwardAlong(params, v)
		b.backward(params, v, func(l layerViews) {
			b.accumulate(b.deltaV[l.index+1], b.h[l.index], l.of(sum), true)
			if l.index > 0 {
				b.accumulate(b.delta[l.index+1], b.hV[l.index], l.of(sum), false)
			}
		})
	})
	return err
}

// sumBlocks calls f for each block of images, on all threads, and adds what f writes to
// sum, which is zero before, to out in the order of the blocks. It divides out, and the
// sum of the losses that it returns, by the number of images.
func (m *MeanLoss) sumBlocks(ctx context.Context, out []float64, f func(b *lossBlock, sum []float64)) (loss float64, err error) {
	clear(out)
	blocks := (m.im.Len() + LossBlock - 1) / LossBlock
	workers := min(m.threads, blocks)
	state, sums := make([]*lossBlock, workers), make([][]float64, workers)
	for i := range state {
		state[i], sums[i] = newLossBlock(m), make([]float64, len(out))
	}
	for first := 0; first < blocks; first += workers {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		now := min(workers, blocks-first)
		inParallel(now, func(i int) {
			clear(sums[i])
			state[i].load(first + i)
			f(state[i], sums[i])
		})
		for i := range now {
			loss += state[i].loss
			for j, x := range sums[i] {
				out[j] += x
			}
		}
	}
	n := float64(m.im.Len())
	for j := range out {
		out[j] /= n
	}
	return loss / n, ctx.Err()
}

// inParallel calls f with 0..n-1, each on a goroutine of its own.
func inParallel(n int, f func(i int)) {
	var done sync.WaitGroup
	for i := 1; i < n; i++ {
		done.Go(func() { f(i) })
	}
	f(0)
	done.Wait()
}

// A layerViews knows where the parameters of one layer are.
type layerViews struct {
	index, inputs, units int // the layer reads h[index] and computes h[index+1]
	at                   int // its first weight
}

// layers returns the layers of a network in order.
func layers(widths []int) []layerViews {
	var all []layerViews
	at := 0
	for i, units := range widths[1:] {
		all = append(all, layerViews{i, widths[i], units, at})
		at += units * (widths[i] + 1)
	}
	return all
}

// weightsAndBiases are one layer's part of a vector in the reference layout.
type weightsAndBiases struct{ w, b []float64 }

// of returns the layer's part of x.
func (l layerViews) of(x []float64) weightsAndBiases {
	x = x[l.at:]
	return weightsAndBiases{x[:l.units*l.inputs], x[l.units*l.inputs:][:l.units]}
}

// A lossBlock computes the derivatives over the images of one block. For layer l, h[l],
// delta[l] and their derivatives along v are [images][widths[l]]; h[0] are the images.
type lossBlock struct {
	*MeanLoss
	layers       []layerViews
	images, from int
	h, delta     [][]float64
	hV, deltaV   [][]float64
	gates        [][]float64 // of rounded ReLUs
	curvatures   [][]float64
	p            []float64 // probabilities of the classes
	loss         float64
	softmax      softmax
}

func newLossBlock(m *MeanLoss) *lossBlock {
	b := &lossBlock{MeanLoss: m, layers: layers(m.widths)}
	most := min(LossBlock, m.im.Len())
	perUnit := func() [][]float64 {
		all := make([][]float64, len(m.widths))
		for l, units := range m.widths {
			all[l] = make([]float64, most*units)
		}
		return all
	}
	b.h, b.delta, b.hV, b.deltaV = perUnit(), perUnit(), perUnit(), perUnit()
	if m.width > 0 {
		b.gates, b.curvatures = perUnit(), perUnit()
	}
	b.p = make([]float64, len(b.h[len(b.h)-1]))
	return b
}

// load makes b that block of images.
func (b *lossBlock) load(block int) {
	b.from = block * LossBlock
	b.images = min(LossBlock, b.im.Len()-b.from)
	inputs := b.widths[0]
	for i := range b.images {
		row := b.h[0][i*inputs:][:inputs]
		for k, x := range b.im.row(b.from + i)[:inputs] {
			row[k] = float64(x)
		}
	}
}

// multiply adds the product of op(a) and op(b) to c [m][n], where k numbers are added for
// each element of c; if fresh it sets c to it.
func (b *lossBlock) multiply(transA, transB bool, m, n, k int, a, bb, c []float64, fresh bool) {
	lda, ldb, beta := k, n, 1.0
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	if fresh {
		beta = 0
	}
	matmul.Gemm64(b.set, transA, transB, m, n, k, 1, a, lda, bb, ldb, beta, c, n, 1)
}

// forward computes the activations of all layers, the probabilities and the loss.
func (b *lossBlock) forward(params []float64) {
	last := len(b.layers) - 1
	for _, l := range b.layers {
		own, z := l.of(params), b.h[l.index+1][:b.images*l.units]
		fillRows(z, own.b)
		b.multiply(false, true, b.images, l.units, l.inputs, b.h[l.index], own.w, z, false)
		switch {
		case l.index == last:
		case b.width > 0:
			b.roundLayer(l.index+1, z)
		default:
			for i, x := range z {
				if x <= 0 {
					z[i] = 0
				}
			}
		}
	}
	classes := b.widths[last+1]
	b.loss = b.softmax.apply(b.p[:b.images*classes], b.h[last+1], b.im.labels[b.from:], classes)
}

// forwardAlong computes the derivatives along v of what forward has computed: hV, and for
// the classes deltaV.
func (b *lossBlock) forwardAlong(params, v []float64) {
	last := len(b.layers) - 1
	for _, l := range b.layers {
		along, z := l.of(v), b.hV[l.index+1][:b.images*l.units]
		fillRows(z, along.b)
		b.multiply(false, true, b.images, l.units, l.inputs, b.h[l.index], along.w, z, false)
		if l.index > 0 {
			b.multiply(false, true, b.images, l.units, l.inputs, b.hV[l.index], l.of(params).w, z, false)
		}
		if l.index < last {
			clearInactive(z, b.h[l.index+1])
		}
	}
	classes := b.widths[last+1]
	for i := range b.images {
		p, z, d := b.p[i*classes:][:classes], b.hV[last+1][i*classes:][:classes], b.deltaV[last+1][i*classes:][:classes]
		mean := chain(p, z)
		for c := range d {
			d[c] = p[c] * (z[c] - mean)
		}
	}
}

// backward computes the deltas, and those along v unless v is nil, from the classes down.
// It calls onLayer for each layer when the deltas of its units are known.
func (b *lossBlock) backward(params, v []float64, onLayer func(layerViews)) {
	classes := b.widths[len(b.widths)-1]
	top := b.delta[len(b.layers)][:b.images*classes]
	copy(top, b.p)
	for i := range b.images {
		top[i*classes+int(b.im.labels[b.from+i])]--
	}
	for at := len(b.layers) - 1; at >= 0; at-- {
		l := b.layers[at]
		onLayer(l)
		if at == 0 {
			return
		}
		w, size := l.of(params).w, b.images*l.inputs
		d, h := b.delta[at][:size], b.h[at][:size]
		b.multiply(false, false, b.images, l.inputs, l.units, b.delta[at+1], w, d, true)
		if b.width > 0 {
			multiplyElements(d, b.gates[at])
			continue
		}
		clearInactive(d, h)
		if v != nil {
			d = b.deltaV[at][:size]
			b.multiply(false, false, b.images, l.inputs, l.units, b.deltaV[at+1], w, d, true)
			b.multiply(false, false, b.images, l.inputs, l.units, b.delta[at+1], l.of(v).w, d, false)
			clearInactive(d, h)
		}
	}
}

// accumulate continues the chains over the images of a layer's weights, of the product of
// its deltas and its inputs, and if biases is true the sums of its biases.
func (b *lossBlock) accumulate(delta, inputs []float64, sum weightsAndBiases, biases bool) {
	units := len(sum.b)
	b.multiply(true, false, units, len(sum.w)/units, b.images, delta, inputs, sum.w, false)
	if !biases {
		return
	}
	for i := range b.images {
		for u, d := range delta[i*units:][:units] {
			sum.b[u] += d
		}
	}
}

// fillRows sets each row of x to row.
func fillRows(x, row []float64) {
	for ; len(x) > 0; x = x[len(row):] {
		copy(x, row)
	}
}

// clearInactive sets x to +0 where the unit with activation h is not active.
func clearInactive(x, h []float64) {
	for i := range x {
		if !(h[i] > 0) {
			x[i] = 0
		}
	}
}

// checkWidths panics unless a network can have these widths.
func checkWidths(widths []int) {
	if len(widths) < 3 || slices.Min(widths) < 1 {
		panic(fmt.Sprintf("relunet: no network of widths %v", widths))
	}
}
