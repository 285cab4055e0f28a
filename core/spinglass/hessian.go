package spinglass

import "math"

// Hessian returns the euclidean Hessian of L at one point w, n x n and symmetric
// to the bit: with the terms of the package, for the prefixes in order from +0,
//
//	H_jk = fma(s, M_jk, H_jk)                      j, k = a..N-1
//	H_ij, H_ji = fma(s without i, W_j, .)          for each index i of u, j = a..N-1
//	H_ib, H_bi = fma(s without i and b, h, .)      for each two positions i < b of u
//
// where an entry on the diagonal is added to twice.
func (g *Glass) Hessian(w []float64) []float64 {
	n := g.n
	hessian := make([]float64, n*n)
	add := func(i, j int, s, x float64) { hessian[i*n+j] = math.FMA(s, x, hessian[i*n+j]) }
	twice := func(i, j int, s, x float64) { add(i, j, s, x); add(j, i, s, x) }
	dense := make([]float64, denseLen(n))
	mw := make([]float64, n)
	at := func(i int) float64 { return w[i] }
	g.prefixes(func(u prefix) {
		m := n - u.a
		unpack(g.kernels, dense, u.packed, m, 0, ceil(m, side))
		s, q := u.product(at), 0.0
		for j := range m {
			mw[j] = 0
			for k := range m {
				mw[j] = math.FMA(dense[j*strideOf(m)+k], w[u.a+k], mw[j])
				add(u.a+j, u.a+k, s, dense[j*strideOf(m)+k])
			}
			q = math.FMA(w[u.a+j], mw[j], q)
		}
		for x, i := range u.u {
			s := u.product(at, x)
			for j := range m {
				twice(i, u.a+j, s, mw[j])
			}
		}
		for x, i := range u.u {
			for y := x + 1; y < len(u.u); y++ {
				twice(i, u.u[y], u.product(at, x, y), q/2)
			}
		}
	})
	return hessian
}

// RiemannianHessian returns the Hessian of L on the sphere at w, n x n: P H P -
// (w.g/N) P with P = 1 - w w'/N, g the gradient (ABC; at w it takes the tangent
// space to itself, and the radial direction to zero).
func (g *Glass) RiemannianHessian(w []float64) []float64 {
	n := g.n
	h := g.Hessian(w)
	grad, energy := make([]float64, n), make([]float64, 1)
	g.EnergyGradient(w, grad, energy, 1)
	c := chain(w, grad) / float64(n)
	hw := make([]float64, n)
	for i := range hw {
		hw[i] = chain(h[i*n:(i+1)*n], w) / float64(n)
	}
	whw := chain(w, hw) / float64(n)
	for i := range n {
		for j := range i + 1 {
			// H - (w (Hw)' + (Hw) w')/N + w w' (w.Hw)/N^2 - c (1 - w w'/N)
			x := h[i*n+j] - (float64(w[i]*hw[j]) + float64(hw[i]*w[j]))
			x = math.FMA(float64(w[i]*w[j]), whw+c/float64(n), x)
			if i == j {
				x -= c
			}
			h[i*n+j], h[j*n+i] = x, x
		}
	}
	return h
}

// chain returns a chain over x_j y_j ascending from +0.
func chain(x, y []float64) float64 {
	sum := 0.0
	for j := range x {
		sum = math.FMA(x[j], y[j], sum)
	}
	return sum
}

// HessianVector writes the product of the euclidean Hessian at w with v to out,
// without the Hessian.
func (g *Glass) HessianVector(w, v, out []float64) {
	h := g.Hessian(w)
	for i := range out {
		out[i] = chain(h[i*g.n:(i+1)*g.n], v)
	}
}
