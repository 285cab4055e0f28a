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
// [Glass.Descend] does.
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

// NoiseStreams returns the random streams of the thermal noise of starts first,
// first+1, ..., one per replica.
func NoiseStreams(n, replicas int, seed uint64, disorder, first int) []*stream.Stream {
	all := make([]*stream.Stream, replicas)
	for r := range all {
		all[r] = stream.New(seed, "spinglass/noise", uint64(n), uint64(disorder), uint64(first+r))
	}
	return all
}

// Langevin moves the replicas w [n][replicas] by a number of steps of the overdamped
// Langevin equation at a temperature, whose stationary density is proportional to
// exp(-L/temperature) with the extensive energy L. A step is
//
//	w'_j = fma(-rate, g_j, w_j)
//	w"_j = fma(sqrt(round(round(2 temperature) rate)), x_j, w'_j)
//
// with the tangent gradient g and n normal numbers x from the replica's noise stream,
// and then a return to the sphere as in [DescentRule]. The equilibrium of steps of finite
// length is biased by an amount proportional to rate: at p = 3, n = 8 and temperature 2, the
// energy is higher by about 0.050 at rate 0.08 and by 0.007 at rate 0.01. It calls onStep, returns an
// error and panics as [Glass.Descend] does.
func (g *Glass) Langevin(ctx context.Context, w []float64, replicas int, rate, temperature float64, noise []*stream.Stream, steps int, onStep func(gradients int)) error {
	g.checkReplicas(w, replicas)
	if len(noise) != replicas {
		panic(fmt.Sprintf("spinglass: %d noise streams for %d replicas", len(noise), replicas))
	}
	s := newScratch(w, replicas)
	kick := math.Sqrt(float64(2*temperature) * rate)
	x := make([]float64, g.n)
	for range steps {
		if err := s.step(ctx, g, w, rate); err != nil {
			return err
		}
		for r := range noise {
			noise[r].Normals(x)
			for j, v := range x {
				w[j*replicas+r] = math.FMA(kick, v, w[j*replicas+r])
			}
		}
		retract(w, s.sum, g.n)
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
