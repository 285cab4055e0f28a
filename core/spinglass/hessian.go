package spinglass

import "math"

// Hessian returns the euclidean Hessian of L at one point w, n x n and symmetric
// to the bit. With the terms of the package and h = Q_u/2, for the longest prefixes
// in lexicographic order, from +0,
//
//	H_jk = fma(s, M_jk, H_jk)                           j, k = a..N-1
//	H_ij, H_ji = fma(s without i, (Mw)_j, .)            for each index i of u, j = a..N-1
//	H_ib, H_bi = fma(s without i and b, h, .)           for each two positions of u, i first
//
// where an entry on the diagonal is added to twice.
func (g *Glass) Hessian(w []float64) []float64 {
	n := g.n
	hessian := make([]float64, n*n)
	add := func(i, j int, s, x float64) { hessian[i*n+j] = math.FMA(s, x, hessian[i*n+j]) }
	twice := func(i, j int, s, x float64) { add(i, j, s, x); add(j, i, s, x) }
	dense, mw := make([]float64, denseLen(n)), make([]float64, ceil(n, side)*side)
	g.longest(func(u prefix) {
		m, stride := n-u.a, strideOf(n-u.a)
		unpack(g.kernels, dense, u.packed, m, 0, ceil(m, side))
		g.kernels.Symv64(m, u.packed, w[u.a:], mw)
		s := u.product(w, -1, -1)
		for j := range m {
			for k := range m {
				add(u.a+j, u.a+k, s, dense[j*stride+k])
			}
		}
		for x, i := range u.u {
			s := u.product(w, x, -1)
			for j := range m {
				twice(i, u.a+j, s, mw[j])
			}
		}
		h := chain(w[u.a:], mw[:m]) / 2
		for x, i := range u.u {
			for y := x + 1; y < len(u.u); y++ {
				twice(i, u.u[y], u.product(w, x, y), h)
			}
		}
	})
	return hessian
}

// RiemannianHessian returns the Hessian of L on the sphere at w, n x n: P H P -
// (w.grad/n) P with P = 1 - w w'/n. It maps the tangent space to itself and
// the radial direction to zero (Absil, Mahony, Sepulchre, Optimization Algorithms
// on Matrix Manifolds, 2008, section 5.5). w.grad is p L.
func (g *Glass) RiemannianHessian(w []float64) []float64 {
	n := g.n
	h := g.Hessian(w)
	grad, energy := make([]float64, n), make([]float64, 1)
	g.EnergyGradient(w, grad, energy, 1)
	c := g.radial(2 * energy[0])
	hw := make([]float64, n)
	for i := range hw {
		hw[i] = chain(w, h[i*n:(i+1)*n]) / float64(n)
	}
	both := (chain(w, hw) + c) / float64(n)
	for i := range n {
		for j := range i + 1 {
			// (P H P - c P)_ij = H_ij - (w_i (Hw)_j + (Hw)_i w_j)/n + w_i w_j (w.Hw/n + c)/n - c [i = j]
			x := h[i*n+j] - (float64(w[i]*hw[j]) + float64(hw[i]*w[j]))
			x = math.FMA(float64(w[i]*w[j]), both, x)
			if i == j {
				x -= c
			}
			h[i*n+j], h[j*n+i] = x, x
		}
	}
	return h
}

// chain returns a chain over x_j y_j ascending from +0, as long as y.
func chain(x, y []float64) float64 {
	sum := 0.0
	for j, v := range y {
		sum = math.FMA(x[j], v, sum)
	}
	return sum
}

// HessianVector writes the product of the euclidean Hessian at w with v to out,
// all of n numbers, in time and memory of two gradients. With the terms of the
// package, h = Q_u/2 and d = a chain over j of v_j (Mw)_j, for the longest prefixes in
// lexicographic order, from +0,
//
//	out_j = fma(s, (Mv)_j, out_j)                              j = a..N-1
//	out_j = fma((s without i) v_i, (Mw)_j, out_j)              for each index i of u: j = a..N-1,
//	out_i = fma(s without i, d, out_i)                         and then
//	out_i = fma((s without i and b) v_b, h, out_i)             for each other position b of u
func (g *Glass) HessianVector(w, v, out []float64) {
	mw, mv := make([]float64, ceil(g.n, side)*side), make([]float64, ceil(g.n, side)*side)
	clear(out)
	g.longest(func(u prefix) {
		m := g.n - u.a
		g.kernels.Symv64(m, u.packed, w[u.a:], mw)
		g.kernels.Symv64(m, u.packed, v[u.a:], mv)
		to := out[u.a:]
		axpy(u.product(w, -1, -1), mv[:m], to)
		d, h := chain(v[u.a:], mw[:m]), chain(w[u.a:], mw[:m])/2
		for x, i := range u.u {
			s := u.product(w, x, -1)
			axpy(s*v[i], mw[:m], to)
			out[i] = math.FMA(s, d, out[i])
			for y, b := range u.u {
				if y != x {
					out[i] = math.FMA(u.product(w, x, y)*v[b], h, out[i])
				}
			}
		}
	})
}

// axpy sets y_j to fma(s, x_j, y_j).
func axpy(s float64, x, y []float64) {
	for j, v := range x {
		y[j] = math.FMA(s, v, y[j])
	}
}
