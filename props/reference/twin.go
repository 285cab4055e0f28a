package reference

import "math"

// The twins compute in float64 what the specification approximates in float32, and a bound
// on the error of the specification. The bounds follow from the standard model of rounding
// (Higham, Accuracy and Stability of Numerical Algorithms, chapters 2 and 3). They include
// the rounding errors of the twins themselves, and hold if nothing overflows. [GemmTwin] is
// the twin of the matrix product.

const (
	unit   = 0x1p-24  // unit roundoff of float32
	unit64 = 0x1p-53  // of float64
	tiny   = 0x1p-149 // least subnormal of float32
	slack  = 1 + 0x1p-20
)

// gamma returns k u / (1 - k u).
func gamma(k int, u float64) float64 { return float64(k) * u / (1 - float64(k)*u) }

// ChainTwin is the twin of a chain of n terms: z = fma(x_i, y_i, z) for i ascending, with z =
// start at the beginning. Every weighted sum of the specification is such a chain.
//
//	|computed - exact| <= gamma_n (|start| + sum |x_i y_i|) + n eta/2 (1 + gamma_n)
func ChainTwin(start float32, x, y []float32) (exact, bound float64) {
	exact = float64(start)
	size := math.Abs(exact)
	for i := range x {
		term := float64(x[i]) * float64(y[i]) // exact in float64
		exact += term
		size += math.Abs(term)
	}
	return exact, chainBound(len(x), size)
}

// chainBound is the bound of a chain of n terms whose absolute values sum to size.
func chainBound(n int, size float64) float64 {
	return slack * (gamma(n, unit)*size + gamma(2*n+1, unit64)*size + float64(n)*tiny/2)
}

// ForwardTwin is the twin of the logits of [Net.Forward]. With e the bound of
// the inputs x of a layer of n inputs, that of its outputs is
//
//	|W| e + gamma_n (|b| + |W| (|x| + e)) + n eta/2
//
// since ReLU does not increase the distance of two numbers.
func (n *Net[T]) ForwardTwin(image []T) (logits, bound []float64) {
	z, off := n.layerTwins(image)
	return z[len(n.Layers)], off[len(n.Layers)]
}

// layerTwins returns the exact z of every layer, before its ReLU, counted from 1,
// and its bounds; [0] is the image.
func (n *Net[T]) layerTwins(image []T) (z, bound [][]float64) {
	x, e := make([]float64, len(image)), make([]float64, len(image))
	for k := range x {
		x[k] = float64(image[k])
	}
	z, bound = append(z, x), append(bound, e)
	for _, layer := range n.Layers {
		out, off := make([]float64, len(layer.B)), make([]float64, len(layer.B))
		for j, row := range layer.W {
			out[j] = float64(layer.B[j])
			size := math.Abs(out[j])
			for k, w := range row {
				out[j] += float64(w) * x[k]
				size += math.Abs(float64(w)) * (math.Abs(x[k]) + e[k])
				off[j] += math.Abs(float64(w)) * e[k]
			}
			off[j] = slack*off[j] + chainBound(len(row), size)
		}
		z, bound = append(z, out), append(bound, off)
		x, e = rectified(out), off
	}
	return z, bound
}

// rectified returns max(z, 0) of each element.
func rectified(z []float64) []float64 {
	h := make([]float64, len(z))
	for j := range z {
		h[j] = max(z[j], 0)
	}
	return h
}

// sumTwin returns d_c = z_c - max for each class, the largest |d_c|, the sum of exp(d_c), and
// a bound on the relative error of the specification's sum. The bound consists of the error
// u |d_c| of each difference, which is a relative error of its exponential, the errors of
// exp and of the additions, and those of terms that underflow, beside a sum of at least 1.
func sumTwin(logits []float32) (d []float64, spread, sum, relative float64) {
	largest := math.Inf(-1)
	for _, z := range logits {
		largest = max(largest, float64(z))
	}
	for _, z := range logits {
		x := float64(z) - largest
		d = append(d, x)
		spread = max(spread, -x)
		sum += math.Exp(x)
	}
	return d, spread, sum, sumError(spread, len(logits))
}

// sumError is the bound on the relative error of the sum of exponentials of that many
// classes, whose logits lie that far apart.
func sumError(spread float64, classes int) float64 {
	relative := math.Expm1(unit*spread) + ExpMaxUlp*0x1p-23 + gamma(classes, unit) + float64(classes)*tiny
	return relative * (1 + 0x1p-7) // products of the parts
}

// SoftmaxTwin is the twin of [Softmax]: for each class, with r the relative error
// of the sum and of each exponential, the bound is (2r + u) p_c + eta to first order.
func SoftmaxTwin(logits []float32) (p, bound []float64) {
	d, _, sum, relative := sumTwin(logits)
	for _, x := range d {
		y := math.Exp(x) / sum
		p = append(p, y)
		bound = append(bound, (1+0x1p-7)*(2*relative+unit)*y+2*tiny)
	}
	return p, bound
}

// LossTwin is the twin of [Loss]. To first order the bound is r + e log s + u S + u (log s +
// S), where S is the largest |z_c - max|, s the sum of the exponentials, r its relative
// error, and e the relative error of log.
func LossTwin(logits []float32, label uint8) (loss, bound float64) {
	d, spread, sum, relative := sumTwin(logits)
	logarithm := math.Log(sum)
	bound = relative + LogMaxUlp*0x1p-23*(logarithm+relative) + unit*spread + unit*(logarithm+spread) + tiny
	return logarithm - d[label], bound * (1 + 0x1p-7)
}

// NetLossTwin is the twin of the loss of one image. Its bound is that of [LossTwin] plus 2 e,
// where e is the largest error of a logit: the absolute values of the loss's gradient,
// p_c - [c = label], add up to at most 2.
func (n *Net[T]) NetLossTwin(image []T, label uint8) (loss, bound float64) {
	logits, off := n.ForwardTwin(image)
	worst := 0.0
	near := make([]float32, len(logits))
	for c, z := range logits {
		near[c] = float32(z)
		worst = max(worst, off[c]+math.Abs(z-float64(near[c])))
	}
	loss, bound = LossTwin(near, label)
	// The errors of the logits change the bound of LossTwin by a small multiple of u worst,
	// which the last factor covers.
	return loss, (bound + 2*worst) * (1 + 0x1p-7)
}
