package spinglass

import (
	"fmt"
	"math"
)

// EnergyGradient writes the energies L of replicas points and their euclidean
// gradients, see the package: w and grad are [n][replicas], energy [replicas],
// replicas at least 1. A replica's result does not depend on the others. It
// panics if a slice has another length.
func (g *Glass) EnergyGradient(w, grad, energy []float64, replicas int) {
	g.check(w, grad, energy, replicas)
	clear(grad)
	clear(energy)
	dense := make([]float64, g.n*strideOf(g.n)+side*strideOf(g.n))
	mw := make([]float64, g.n)
	g.prefixes(func(u prefix) {
		m := g.n - u.a
		unpack(dense, strideOf(m), u.packed, m)
		for r := range replicas {
			at := func(i int) float64 { return w[i*replicas+r] }
			s, q := u.product(at), 0.0
			for j := range m {
				mw[j] = 0
				for k := range m {
					mw[j] = math.FMA(dense[j*strideOf(m)+k], at(u.a+k), mw[j])
				}
				to := &grad[(u.a+j)*replicas+r]
				*to = math.FMA(s, mw[j], *to)
				q = math.FMA(at(u.a+j), mw[j], q)
			}
			h := q / 2
			energy[r] = math.FMA(s, h, energy[r])
			for x, i := range u.u {
				to := &grad[i*replicas+r]
				*to = math.FMA(u.product(at, x), h, *to)
			}
		}
	})
}

// Tangent is EnergyGradient with the gradient along the sphere, its radial part
// taken away: grad - (w.grad/n) w, see the package.
func (g *Glass) Tangent(w, grad, energy []float64, replicas int) {
	g.EnergyGradient(w, grad, energy, replicas)
	for r := range replicas {
		sum := 0.0
		for j := range g.n {
			sum = math.FMA(w[j*replicas+r], grad[j*replicas+r], sum)
		}
		c := sum / float64(g.n)
		for j := range g.n {
			grad[j*replicas+r] = math.FMA(-c, w[j*replicas+r], grad[j*replicas+r])
		}
	}
}

func (g *Glass) check(w, grad, energy []float64, replicas int) {
	if replicas < 1 || len(w) != g.n*replicas || len(grad) != g.n*replicas || len(energy) != replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d coordinates, %d of gradients and %d energies", replicas, g.n, len(w), len(grad), len(energy)))
	}
}
