package reference

import "math"

// GradientTwin is the twin of [Net.Backward] of a float32 network: the exact gradient
// of the summed loss, in the order of [Net.Flat], with bounds. With e_z the largest
// bound of the logits, r the relative error of [SoftmaxTwin], the bounds of the deltas
// of the last layer are
//
//	p_c (exp(2 e_z) - 1) + exp(2 e_z) ((2r + u) p_c) + eta + u |delta_c|
//
// since logits that are off by e_z change each p_c by a factor of exp(2 e_z) at most.
// Those of an earlier layer follow from those d of the next one by
//
//	|W|' d + gamma_n |W|' (|delta| + d) + n eta/2
//
// and, where the bound of z is so large that the sign of z is uncertain, the delta
// itself in addition: its gate may be open or shut. A weight's gradient is a chain of
// delta_j x_k over the samples; with e the bound of x it is off by at most
//
//	sum (|x_k| d_j + (|delta_j| + d_j) e_k) + gamma_n sum (|delta_j| + d_j) (|x_k| + e_k) + n eta/2.
//
// The bound is +Inf where something on the way could overflow.
func (n *Net[T]) GradientTwin(images [][]T, labels []uint8) (gradient, bound []float64) {
	exact, off, size := n.wide(), n.wide(), n.wide()
	for s, image := range images {
		z, e := n.layerTwins(image)
		delta, d := n.deltaTwins(z, e, labels[s])
		for l := range n.Layers {
			x := z[l]
			if l > 0 {
				x = rectified(x)
			}
			for j := range exact.Layers[l].W {
				add := func(g, o, s *float64, x, e float64) {
					*g += delta[l][j] * x
					*o += math.Abs(x)*d[l][j] + (math.Abs(delta[l][j])+d[l][j])*e
					*s += (math.Abs(delta[l][j]) + d[l][j]) * (math.Abs(x) + e)
				}
				for k := range x {
					add(&exact.Layers[l].W[j][k], &off.Layers[l].W[j][k], &size.Layers[l].W[j][k], x[k], e[l][k])
				}
				add(&exact.Layers[l].B[j], &off.Layers[l].B[j], &size.Layers[l].B[j], 1, 0)
			}
		}
	}
	gradient, bound = exact.Flat(), off.Flat()
	for i, s := range size.Flat() {
		bound[i] = slack*bound[i] + chainBound(len(images), s)
		if !(bound[i]+s < math.MaxFloat32) {
			bound[i] = math.Inf(1)
		}
	}
	return gradient, bound
}

// wide returns a network of the same shape in float64 with all parameters +0.
func (n *Net[T]) wide() *Net[float64] {
	widths := []int{len(n.Layers[0].W[0])}
	for _, layer := range n.Layers {
		widths = append(widths, len(layer.B))
	}
	return FromFlat(make([]float64, len(n.Flat())), widths...)
}

// deltaTwins returns the exact derivatives of one sample's loss with respect to the z
// of each layer, and their bounds, from those of z.
func (n *Net[T]) deltaTwins(z, e [][]float64, label uint8) (deltas, bounds [][]float64) {
	last := len(n.Layers) - 1
	deltas, bounds = make([][]float64, last+1), make([][]float64, last+1)
	worst := 0.0
	for _, off := range e[last+1] {
		worst = max(worst, off)
	}
	drift := math.Expm1(2 * worst)
	p, r := softmax64(z[last+1], worst)
	for c := range p {
		off := p[c]*drift + (1+drift)*(2*r+unit)*p[c] + 2*tiny
		if c == int(label) {
			p[c]--
		}
		deltas[last] = append(deltas[last], p[c])
		bounds[last] = append(bounds[last], (1+0x1p-7)*(off+unit*(math.Abs(p[c])+off)))
	}
	for l := last; l > 0; l-- {
		deltas[l-1], bounds[l-1] = make([]float64, len(z[l])), make([]float64, len(z[l]))
		for k, x := range z[l] {
			delta, off, size := 0.0, 0.0, 0.0
			for j, row := range n.Layers[l].W {
				w := float64(row[k])
				delta += w * deltas[l][j]
				off += math.Abs(w) * bounds[l][j]
				size += math.Abs(w) * (math.Abs(deltas[l][j]) + bounds[l][j])
			}
			off = slack*off + chainBound(len(n.Layers[l].B), size)
			switch certain := math.Abs(x) > e[l][k]; {
			case certain && x > 0:
				deltas[l-1][k], bounds[l-1][k] = delta, off
			case !certain:
				bounds[l-1][k] = math.Abs(delta) + off
				if x > 0 {
					deltas[l-1][k] = delta
				}
			}
		}
	}
	return deltas, bounds
}

// softmax64 returns the softmax of logits and the relative error r of [sumTwin], for
// logits of which each may be off by that much.
func softmax64(logits []float64, off float64) (p []float64, r float64) {
	largest := math.Inf(-1)
	for _, z := range logits {
		largest = max(largest, z)
	}
	sum, spread := 0.0, 0.0
	for _, z := range logits {
		p = append(p, math.Exp(z-largest))
		sum += math.Exp(z - largest)
		spread = max(spread, largest-z)
	}
	for c := range p {
		p[c] /= sum
	}
	return p, sumError(spread+2*off, len(logits))
}
