package spinglass

import (
	"context"
	"fmt"
	"math"

	"github.com/lossglass/lossglass/simd"
)

// EnergyGradient writes the energies L and Euclidean gradients of some replicas, at
// least one: w and grad are [n][replicas], energy is [replicas]. The exact result is
// in the package documentation; that of a replica does not depend on the other
// replicas. It panics if a slice has another length.
func (g *Glass) EnergyGradient(w, grad, energy []float64, replicas int) {
	g.checkReplicas(w, replicas)
	g.checkResults(grad, energy, replicas)
	g.evaluate(context.Background(), w, grad, energy, replicas, false)
}

// EnergyTangent is like [Glass.EnergyGradient] but writes the gradients tangent to the
// sphere, grad - (w.grad/n) w.
func (g *Glass) EnergyTangent(w, grad, energy []float64, replicas int) {
	g.checkReplicas(w, replicas)
	g.checkResults(grad, energy, replicas)
	g.evaluate(context.Background(), w, grad, energy, replicas, true)
}

func (g *Glass) checkReplicas(w []float64, replicas int) { checkReplicas(w, g.n, replicas) }

func checkReplicas(w []float64, n, replicas int) {
	if replicas < 1 || len(w) != n*replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d coordinates", replicas, n, len(w)))
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

// evaluate computes energies and gradients, tangent to the sphere or Euclidean. If ctx is
// done before it returns, the results are undefined.
func (g *Glass) evaluate(ctx context.Context, w, grad, energy []float64, replicas int, tangent bool) {
	space, ok := g.spaces.Get().(*workspace)
	if !ok {
		space = new(workspace)
	}
	space.evaluate(ctx, g, w, grad, energy, replicas, tangent)
	g.spaces.Put(space)
}

// A workspace is memory for evaluations, of one glass or of several with the same p and n
// in turn. It refers to a glass only during an evaluation, so that it never keeps couplings
// in memory that are no longer used.
type workspace struct {
	batch  *batch
	single *single
}

// evaluate is Glass.evaluate.
func (s *workspace) evaluate(ctx context.Context, g *Glass, w, grad, energy []float64, replicas int, tangent bool) {
	if replicas <= maxSingle {
		s.evaluateSingly(ctx, g, w, grad, energy, replicas, tangent)
		return
	}
	if s.batch == nil {
		s.batch = newBatch(g.set, g.n)
	}
	b := s.batch
	b.g, b.ctx = g, ctx
	b.reserve(min(replicas, batchSize))
	for r := 0; r < replicas && ctx.Err() == nil; r += batchSize {
		b.evaluate(w[r:], grad[r:], energy[r:min(r+batchSize, replicas)], replicas, tangent)
	}
	b.g, b.ctx = nil, nil
}

// evaluateSingly is evaluate for few replicas.
func (s *workspace) evaluateSingly(ctx context.Context, g *Glass, w, grad, energy []float64, replicas int, tangent bool) {
	if s.single == nil {
		s.single = newSingle(g.p, g.n)
	}
	s.single.g = g
	for r := 0; r < replicas && ctx.Err() == nil; r++ {
		s.single.evaluate(w[r:], grad[r:], &energy[r], replicas, tangent)
	}
	s.single.g = nil
}

// WorkBytes returns how many bytes [Glass.Descend] allocates for some replicas, besides the
// couplings and the points of its caller. [SGD] and [Glass.Langevin] allocate less. It
// returns math.MaxUint64 if the number overflows.
func WorkBytes(set *simd.Set, p, n, replicas int) uint64 {
	const perReplica = 4*8 + 24 + 32 // sums, energies, columns, results
	return workBytes(set, p, n, replicas, 2, perReplica)
}

// MALAWorkBytes is WorkBytes for [Glass.MALA].
func MALAWorkBytes(set *simd.Set, p, n, replicas int) uint64 {
	const perReplica = 8*8 + 1 + 8 + 8 + 352 // sums, energies, factors, decisions, noise streams
	return workBytes(set, p, n, replicas, 4, perReplica)
}

// workBytes returns the bytes of some arrays of points, of more memory for each replica, and
// of a workspace.
func workBytes(set *simd.Set, p, n, replicas, arrays, perReplica int) uint64 {
	points := float64(replicas) * (float64(arrays)*8*float64(n) + float64(perReplica))
	workspace := 8 * float64(p+2) * float64(n)
	if replicas > maxSingle {
		cols := set.Glass.Cols
		strips := float64(ceil(min(replicas, batchSize), cols))
		workspace += 8 * (strips*float64(p)*float64(stripPitch(n, cols)+cols) + float64(slabLen(set, n)))
	}
	if total := points + workspace; total < 0x1p63 {
		return uint64(total)
	}
	return math.MaxUint64
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
