package spinglass

import (
	"fmt"
	"math"
)

// EnergyGradient writes the energies L and Euclidean gradients of some replicas, at
// least one: w and grad are [n][replicas], energy is [replicas]. The exact result is
// in the package documentation; that of a replica does not depend on the other
// replicas. It panics if a slice has another length.
func (g *Glass) EnergyGradient(w, grad, energy []float64, replicas int) {
	g.checkReplicas(w, replicas)
	g.checkResults(grad, energy, replicas)
	g.evaluate(w, grad, energy, replicas, false)
}

// EnergyTangent is like [Glass.EnergyGradient] but writes the gradients tangent to the
// sphere, grad - (w.grad/n) w.
func (g *Glass) EnergyTangent(w, grad, energy []float64, replicas int) {
	g.checkReplicas(w, replicas)
	g.checkResults(grad, energy, replicas)
	g.evaluate(w, grad, energy, replicas, true)
}

func (g *Glass) checkReplicas(w []float64, replicas int) {
	if replicas < 1 || len(w) != g.n*replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d coordinates", replicas, g.n, len(w)))
	}
}

func (g *Glass) checkResults(grad, energy []float64, replicas int) {
	if len(grad) != g.n*replicas || len(energy) != replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d numbers for gradients and %d for energies", replicas, g.n, len(grad), len(energy)))
	}
}

const (
	// batchSize is the number of replicas for which the couplings are unpacked at once.
	batchSize = 1024
	// maxSingle is the largest number of replicas for which it is faster to read the
	// packed couplings once per replica than to unpack them for all.
	maxSingle = 3
)

// evaluate computes energies and gradients, tangent to the sphere or Euclidean.
func (g *Glass) evaluate(w, grad, energy []float64, replicas int, tangent bool) {
	if replicas <= maxSingle {
		s := g.single()
		defer g.singles.Put(s)
		for r := range replicas {
			s.evaluate(w[r:], grad[r:], &energy[r], replicas, tangent)
		}
		return
	}
	b := g.batch(replicas)
	defer g.batches.Put(b)
	for r := 0; r < replicas; r += batchSize {
		b.evaluate(w[r:], grad[r:], energy[r:min(r+batchSize, replicas)], replicas, tangent)
	}
}

// radial returns c = (p L)/N from 2 L: the part of the gradient along w is c w.
func (g *Glass) radial(twiceEnergy float64) float64 {
	return float64(g.p) * (twiceEnergy / 2) / float64(g.n)
}

// chain returns the chain of x_j y_j for j ascending from +0, over the length of y.
func chain(x, y []float64) float64 {
	sum := 0.0
	for j, v := range y {
		sum = math.FMA(x[j], v, sum)
	}
	return sum
}

// axpy sets y_j to fma(s, x_j, y_j) over the length of x.
func axpy(s float64, x, y []float64) {
	for j, v := range x {
		y[j] = math.FMA(s, v, y[j])
	}
}
