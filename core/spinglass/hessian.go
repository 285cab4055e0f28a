package spinglass

import (
	"context"
	"math"
)

// Hessian returns the Euclidean Hessian of L at one point w of n coordinates: n x n,
// row-major and symmetric to the bit. In the terms of the package documentation, with
// h = Q_u/2, it adds for each full prefix u in lexicographic order, starting from +0,
//
//	H_jk = fma(s, M_jk, H_jk)                          for j, k = a..N-1
//	H_ij, H_ji = fma(s without i, (Mw)_j, .)           for each index i of u and j = a..N-1
//	H_ib, H_bi = fma(s without i and b, h, .)          for each two positions i < b of u
//
// where an element on the diagonal is added to twice. It panics if w has another length.
func (g *Glass) Hessian(w []float64) []float64 {
	g.checkReplicas(w, 1)
	n := g.n
	hessian := make([]float64, n*n)
	add := func(i, j int, s, x float64) { hessian[i*n+j] = math.FMA(s, x, hessian[i*n+j]) }
	addBoth := func(i, j int, s, x float64) { add(i, j, s, x); add(j, i, s, x) }
	dense, mw := make([]float64, denseLen(n)), make([]float64, ceil(n, side)*side)
	g.eachFull(func(u fullPrefix) {
		m, stride := n-u.last, denseStride(n-u.last)
		unpack(g.set, dense, u.packed, m, 0, ceil(m, side))
		g.set.Glass.Symv(m, u.packed, w[u.last:], mw)
		s := u.productWithout(w, -1, -1)
		for j := range m {
			for k := range m {
				add(u.last+j, u.last+k, s, dense[j*stride+k])
			}
		}
		for x, i := range u.indices {
			s := u.productWithout(w, x, -1)
			for j := range m {
				addBoth(i, u.last+j, s, mw[j])
			}
		}
		h := chain(w[u.last:], mw[:m]) / 2
		for x, i := range u.indices {
			for y := x + 1; y < len(u.indices); y++ {
				addBoth(i, u.indices[y], u.productWithout(w, x, y), h)
			}
		}
	})
	return hessian
}

// RiemannianHessian returns the Hessian of L on the sphere at one point w of n
// coordinates, n x n and row-major:
//
//	P H P - (w.grad/n) P  with  P = 1 - w w'/n  and  w.grad = p L
//
// (Absil, Mahony, Sepulchre, Optimization Algorithms on Matrix Manifolds, 2008,
// section 5.5). It maps tangent vectors to tangent vectors and w to zero. It panics if
// w has another length.
func (g *Glass) RiemannianHessian(w []float64) []float64 {
	n := g.n
	h := g.Hessian(w)
	grad, energy := make([]float64, n), make([]float64, 1)
	g.evaluate(context.Background(), w, grad, energy, 1, false)
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

// HessianVector writes the product of the Euclidean Hessian at w with v to out, all of
// n numbers, in the time and memory of two gradients. In the terms of the package
// documentation, with h = Q_u/2 and d = chain over j of v_j (Mw)_j, it adds for each
// full prefix u in lexicographic order, starting from +0,
//
//	out_j = fma(s, (Mv)_j, out_j)                     for j = a..N-1
//
// and then, for each index i of u in turn,
//
//	out_j = fma((s without i) v_i, (Mw)_j, out_j)     for j = a..N-1
//	out_i = fma(s without i, d, out_i)
//	out_i = fma((s without i and b) v_b, h, out_i)    for each other position b of u
//
// It panics if a slice has another length.
func (g *Glass) HessianVector(w, v, out []float64) {
	g.checkReplicas(w, 1)
	g.checkReplicas(v, 1)
	g.checkReplicas(out, 1)
	mw, mv := make([]float64, ceil(g.n, side)*side), make([]float64, ceil(g.n, side)*side)
	clear(out)
	g.eachFull(func(u fullPrefix) {
		m := g.n - u.last
		g.set.Glass.Symv(m, u.packed, w[u.last:], mw)
		g.set.Glass.Symv(m, u.packed, v[u.last:], mv)
		tail := out[u.last:]
		axpy(u.productWithout(w, -1, -1), mv[:m], tail)
		d, h := chain(v[u.last:], mw[:m]), chain(w[u.last:], mw[:m])/2
		for x, i := range u.indices {
			s := u.productWithout(w, x, -1)
			axpy(s*v[i], mw[:m], tail)
			out[i] = math.FMA(s, d, out[i])
			for y, b := range u.indices {
				if y != x {
					out[i] = math.FMA(u.productWithout(w, x, y)*v[b], h, out[i])
				}
			}
		}
	})
}
