package spinglass

import (
	"context"
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/stream"
)

// Split returns independent glasses, the parts. Their couplings add up to those of g, up to
// rounding, and each part's couplings have the variance of g's divided by parts. The code
// of the paper's authors uses them as the minibatches of stochastic gradient descent. Part
// s has the couplings
//
//	J_s = round(fma(1/parts, J, y_s) - m/parts), m the sum of y_0, y_1, ... from +0
//
// where y_s are those of a Gaussian glass of the same size, multiplied by sqrt(1/parts),
// drawn from a random stream of its own for the seed, disorder sample and s. If the
// couplings of g are Gaussian, so are those of the parts. The parts take parts times
// the memory of g. Split returns ctx.Err() if ctx is done, and panics if parts < 1.
func (g *Glass) Split(ctx context.Context, parts int, seed uint64, disorder int) ([]*Glass, error) {
	if parts < 1 {
		panic(fmt.Sprintf("spinglass: a split into %d parts", parts))
	}
	all := make([]*Glass, parts)
	scale := math.Sqrt(1 / float64(parts))
	for s := range all {
		partSeed := stream.New(seed, "spinglass/part", uint64(disorder), uint64(s)).Uint64()
		part, err := New(ctx, g.set, g.p, g.n, Gauss, partSeed, disorder)
		if err != nil {
			return nil, err
		}
		all[s] = part
		for i := range all[s].couplings {
			all[s].couplings[i] *= scale
		}
	}
	share := 1 / float64(parts)
	for i, j := range g.couplings {
		if i%(1<<16) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m := 0.0
		for _, part := range all {
			m += part.couplings[i]
		}
		m /= float64(parts)
		for _, part := range all {
			part.couplings[i] = math.FMA(share, j, part.couplings[i]) - m
		}
	}
	return all, nil
}

// SGD moves the replicas w [n][replicas] by the steps from, ..., to-1 of stochastic gradient
// descent, as in the code of the paper's authors. Step t is a step as in [DescentRule] along
// the tangent gradient of part t mod len(parts). Its length is
// rate / round(1 + round(decay t)). SGD calls onStep, returns an error and panics as
// [Glass.Descend] does; after ctx.Err(), w is as after the last whole step.
func SGD(ctx context.Context, parts []*Glass, w []float64, replicas int, rate, decay float64, from, to int, onStep func(gradients int)) error {
	for _, part := range parts {
		part.checkReplicas(w, replicas)
	}
	s := newScratch(w, replicas)
	for t := from; t < to; t++ {
		if err := s.step(ctx, parts[t%len(parts)], w, rate/(1+float64(decay*float64(t)))); err != nil {
			return err
		}
		retract(w, s.sum, parts[0].n)
		if onStep != nil {
			onStep(replicas)
		}
	}
	return nil
}

// scratch is memory for the steps of some replicas.
type scratch struct {
	grad, energy, sum, length []float64
	space                     workspace
}

func newScratch(w []float64, replicas int) *scratch {
	x := make([]float64, 3*replicas)
	return &scratch{grad: make([]float64, len(w)), energy: x[:replicas], sum: x[replicas : 2*replicas], length: x[2*replicas:]}
}

// step moves all replicas along the tangent gradient of g by a step of the given
// length, and does not return them to the sphere.
func (s *scratch) step(ctx context.Context, g *Glass, w []float64, length float64) error {
	s.space.evaluate(ctx, g, w, s.grad, s.energy, len(s.length), true)
	if err := ctx.Err(); err != nil {
		return err
	}
	for r := range s.length {
		s.length[r] = length
	}
	move(w, s.grad, s.length)
	return nil
}
