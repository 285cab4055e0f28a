package spinglass

import "fmt"

// EnergyGradient writes the energies L of replicas points and their euclidean
// gradients, see the package: w and grad are [n][replicas], energy [replicas],
// replicas at least 1. A replica's result does not depend on the others. It
// panics if a slice has another length.
func (g *Glass) EnergyGradient(w, grad, energy []float64, replicas int) {
	g.evaluate(w, grad, energy, replicas, false)
}

// Tangent is EnergyGradient with the gradients along the sphere, their radial
// parts (w.grad/n) w taken away, see the package.
func (g *Glass) Tangent(w, grad, energy []float64, replicas int) {
	g.evaluate(w, grad, energy, replicas, true)
}

func (g *Glass) evaluate(w, grad, energy []float64, replicas int, tangent bool) {
	if replicas < 1 || len(w) != g.n*replicas || len(grad) != g.n*replicas || len(energy) != replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d coordinates, %d of gradients and %d energies", replicas, g.n, len(w), len(grad), len(energy)))
	}
	if replicas <= fewReplicas {
		g.oneByOne(w, grad, energy, replicas, tangent)
		return
	}
	b := g.batch(replicas)
	defer g.batches.Put(b)
	for r := 0; r < replicas; r += atOnce {
		b.load(w, r, min(atOnce, replicas-r), replicas)
		b.evaluate()
		if tangent {
			b.tangent()
		}
		b.store(grad, energy, r, replicas)
	}
}

// radial returns what times w is the radial part of the gradient of a point, by
// twice its energy.
func (g *Glass) radial(twice float64) float64 { return float64(g.p) * (twice / 2) / float64(g.n) }
