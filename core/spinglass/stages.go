package spinglass

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/stream"
)

// Split returns parts, independent glasses whose couplings have the variance of
// g's over their number and add up to g's (to rounding), as the authors' code has
// them for stochastic gradients: part s has the couplings
//
//	J_s = round(fma(1/parts, J, y_s) - m/parts), m a chain of plain sums of y_0, y_1, ... from +0
//
// where y_s are those of a Gaussian glass of g's size times sqrt(1/parts), each
// from a stream of its own for the seed, disorder and s. If g's are Gaussian, so
// are the parts'. It returns an error that tells the size if they do not fit in memory, and
// panics for parts < 1.
func (g *Glass) Split(parts int, seed uint64, disorder int) ([]*Glass, error) {
	if parts < 1 {
		panic(fmt.Sprintf("spinglass: %d parts", parts))
	}
	if need, have := float64(parts+1)*float64(Bytes(g.p, g.n, 0)), float64(memory()); need > have {
		return nil, fmt.Errorf("%d parts of the couplings with Lambda %d take %.1f GiB of memory; this machine has %.1f GiB", parts, g.n, need/(1<<30), have/(1<<30))
	}
	all := make([]*Glass, parts)
	scale := math.Sqrt(1 / float64(parts))
	for s := range all {
		own := stream.New(seed, "spinglass/part", uint64(disorder), uint64(s)).Uint64()
		part, err := New(g.kernels, g.p, g.n, Gauss, own, disorder)
		if err != nil {
			return nil, err
		}
		for i := range part.couplings {
			part.couplings[i] *= scale
		}
		all[s] = part
	}
	share := 1 / float64(parts)
	for i, j := range g.couplings {
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

// SGD moves the replicas w [n][replicas] by the steps from, from+1, ... below to
// of the authors' stochastic gradient descent: step t is one of [Rule] along the
// tangent gradient of part t mod len(parts), of the length rate / round(1 +
// round(decay t)). After each step it calls more with the number of gradients
// computed for it, and stops with false, w being undefined, when that returns
// false.
func SGD(parts []*Glass, w []float64, replicas int, rate, decay float64, from, to int, more func(gradients int) bool) bool {
	s := newStage(parts[0], w, replicas)
	for t := from; t < to; t++ {
		part := parts[t%len(parts)]
		part.Tangent(w, s.grad, s.energy, replicas)
		s.step(w, rate/(1+float64(decay*float64(t))))
		retract(w, s.sum, part.n)
		if !more(replicas) {
			return false
		}
	}
	return true
}

// Noise returns the streams of thermal noise of the starts numbered first,
// first+1, ...
func Noise(n, replicas int, seed uint64, disorder, first int) []*stream.Stream {
	all := make([]*stream.Stream, replicas)
	for r := range all {
		all[r] = stream.New(seed, "spinglass/noise", uint64(n), uint64(disorder), uint64(first+r))
	}
	return all
}

// Langevin moves the replicas w [n][replicas] by so many steps of the Langevin
// equation at a temperature (of exp(-L/temperature), L extensive), discretised as
//
//	w'_j = fma(-rate, g_j, w_j);  w'_j = fma(sqrt(round(round(2 temperature) rate)), x_j, w'_j)
//
// with the tangent gradient g and n normal numbers x from the replica's stream
// of noise, and taken back to the sphere as in [Rule]. more is as for [SGD].
func (g *Glass) Langevin(w []float64, replicas int, rate, temperature float64, noise []*stream.Stream, steps int, more func(gradients int) bool) bool {
	s := newStage(g, w, replicas)
	kick := math.Sqrt(float64(2*temperature) * rate)
	x := make([]float64, g.n)
	for range steps {
		g.Tangent(w, s.grad, s.energy, replicas)
		s.step(w, rate)
		for r, from := range noise {
			from.Normals(x)
			for j, v := range x {
				w[j*replicas+r] = math.FMA(kick, v, w[j*replicas+r])
			}
		}
		retract(w, s.sum, g.n)
		if !more(replicas) {
			return false
		}
	}
	return true
}

// A stage is the scratch of replicas that take their steps together.
type stage struct{ grad, energy, sum, length []float64 }

func newStage(g *Glass, w []float64, replicas int) *stage {
	if replicas < 1 || len(w) != g.n*replicas {
		panic(fmt.Sprintf("spinglass: %d replicas of %d spins with %d coordinates", replicas, g.n, len(w)))
	}
	x := make([]float64, 3*replicas)
	return &stage{make([]float64, len(w)), x[:replicas], x[replicas : 2*replicas], x[2*replicas:]}
}

func (s *stage) step(w []float64, length float64) {
	for r := range s.length {
		s.length[r] = length
	}
	move(w, s.grad, s.length)
}
