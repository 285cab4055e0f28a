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
	if replicas <= fewReplicas {
		g.oneByOne(w, grad, energy, replicas)
		return
	}
	b := g.batch(replicas)
	defer g.batches.Put(b)
	for r := 0; r < replicas; r += atOnce {
		b.load(w, r, min(atOnce, replicas-r), replicas)
		b.evaluate()
		b.store(grad, energy, r, replicas)
	}
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
