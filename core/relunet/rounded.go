package relunet

import "math"

// Rounded returns the loss of the same network with rounded ReLUs: a function that is twice
// differentiable, and differs from the ReLU only where |z| < width, by 3/16 of the width at most. With
// u = z/width,
//
//	h = width (u^4 (-1/16) + u^2 (3/8) + u/2 + 3/16)
//	gate = dh/dz = 1/2 + u (3 - u^2)/4
//	curvature = d^2h/dz^2 = (3/4) (1 - u^2)/width
//
// for every hidden unit; at width 0 it is the loss itself. It panics if the width is negative or not finite.
//
// A minimum of a loss with ReLUs can be in kinks, where it has no gradient. The minima of rounded losses
// tend to it as the width decreases, with gradients that vanish: they are generalised
// gradients (see [MeanLoss.SmallestGradient]), up to a multiple of the width, whose gates are those above.
//
// [MeanLoss.Hessian] of a rounded loss has, for the element of two weights of one unit, the sum of
// gate^2 times what it has without rounding and of max(0, s) curvature, where s is the derivative of the image's
// loss with respect to h. So it is the Hessian where no s of a unit with |z| < width is negative, and otherwise
// it exceeds it by a positive semidefinite matrix: kinks at which the slope decreases count as straight, as
// in a bound from above. With them, the smaller the width, the more negative would be eigenvalues
// that say nothing of the loss a step away.
//
// [MeanLoss.HessianVector] and [MeanLoss.HessianFLOPs] are not for rounded losses, and panic.
//
// The exact results are those of MeanLoss, with
//
//	q = u u,  h = max(+0, width (((6 - q) q + 8 u) + 3)/16)
//	gate = u (3 - q)/4 + 1/2,  curvature = ((1 - q) 3/4)/width
//
// and each delta_k, u_jc and coupling term of a unit times its gate, a_jj' times the gate of j', and then for a_jj
// plus max(+0, s) curvature, s the chain over the classes ascending of delta_c v_cj. A product is rounded before it
// is added.
func (m *MeanLoss) Rounded(width float64) *MeanLoss {
	if !(width >= 0) || math.IsInf(width, 1) {
		panic("relunet: the width of a rounding is a number of at least zero")
	}
	rounded := *m
	rounded.width = width
	return &rounded
}

// mustBeExact panics if the ReLUs are rounded.
func (m *MeanLoss) mustBeExact() {
	if m.width > 0 {
		panic("relunet: not for rounded ReLUs")
	}
}

// roundedReLU returns a rounded ReLU and its derivatives, see [MeanLoss.Rounded].
func roundedReLU(z, width float64) (h, gate, curvature float64) {
	switch {
	case z >= width:
		return z, 1, 0
	case z <= -width:
		return 0, 0, 0
	}
	u := z / width // NaN remains NaN
	q := float64(u * u)
	h = float64(width*(float64((6-q)*q)+float64(8*u)+3)) / 16
	if h < 0 { // by rounding
		h = 0
	}
	return h, float64(u*(3-q))/4 + .5, float64((1-q)*.75) / width
}

// roundLayer sets z to what rounded ReLUs make of it, and the gates and curvatures of the layer.
func (b *lossBlock) roundLayer(layer int, z []float64) {
	for i, x := range z {
		z[i], b.gates[layer][i], b.curvatures[layer][i] = roundedReLU(x, b.width)
	}
}

// multiplyElements multiplies the elements of x by those of factors.
func multiplyElements(x, factors []float64) {
	for i, f := range factors[:len(x)] {
		x[i] *= f
	}
}

// A rounding is what the Hessian of a rounded loss needs besides the activations.
type rounding struct{ gates, curvatures []float64 } // [image][n+1]; the last gate is 1

func newRounding(images, units int) *rounding {
	return &rounding{make([]float64, images*(units+1)), make([]float64, images*(units+1))}
}

// set sets the gates and curvatures of an image.
func (r *rounding) set(image int, gates, curvatures []float64) {
	units := len(gates)
	own := r.gates[image*(units+1):][:units+1]
	copy(own, gates)
	own[units] = 1
	copy(r.curvatures[image*(units+1):], curvatures)
}

// round makes of u and delta in row r, which are of image i, those of the rounded unit.
func (w *unitWork) round(i, r int, u, delta []float64) {
	n := w.n + 1
	slope := 0.0
	for class, x := range delta {
		slope = math.FMA(x, w.v[class*w.n+w.j], slope)
	}
	w.bend[r] = float64(max(0, slope) * w.rounding.curvatures[i*n+w.j])
	gates := w.rounding.gates[i*n:][:n]
	copy(w.gates[r*n:], gates)
	for class := range delta {
		u[class] *= gates[w.j]
		delta[class] *= gates[w.j]
	}
}
