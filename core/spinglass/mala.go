package spinglass

import (
	"context"
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/stream"
)

// MALA moves the replicas w [n][replicas] by a number of steps of the Metropolis-adjusted
// Langevin algorithm (Roberts and Tweedie, Bernoulli 2, 341, 1996) at a temperature. For
// steps of any length, its stationary density is exactly proportional to
// exp(-L/temperature); short ones follow the same Langevin equation as the steps of
// [Glass.Langevin] with the same rate. For each replica, accepted counts the steps that were
// accepted; if they become few, the steps are too long to move.
//
// On the sphere, a step of length e = sqrt(2 rate) of Hamiltonian dynamics proposes a point,
// from a random velocity in the tangent space (compare Byrne and Girolami, Scand. J. Stat. 40,
// 825, 2013): half a step of the force, a rotation in the plane of point and velocity, and
// half a step of the force. The rotation is that of the Cayley transform instead of the
// geodesic: it also conserves volume and is its own inverse after a change of sign of the
// velocity, and it takes no sine and cosine. With the energy L and tangent gradient g at w,
// and sums that are chains over j ascending from +0, a step is
//
//	v_j = sqrt(temperature) x_j        with n normal numbers x from the replica's noise stream
//	v_j = fma(-c, w_j, v_j)            c = (sum of w_j v_j)/n;  k = sum of v_j v_j
//	v_j = fma(-e/2, g_j, v_j)          r = (sum of v_j v_j)/n,  a = (rate/2) r
//	w'_j = fma(e/(1+a), v_j, (1-a)/(1+a) w_j)    and a return to the sphere as in DescentRule
//	v_j = fma(-(e r)/(1+a), w_j, (1-a)/(1+a) v_j)
//	v_j = fma(-e/2, g'_j, v_j)         with L' and g' at w';  k' = sum of v_j v_j
//
// in which each operation is rounded once. The replica moves to w' if
//
//	(L' - L) + (k' - k)/2 <= temperature y
//
// where y is the exponential number that follows in the noise stream, and stays otherwise.
//
// MALA computes one gradient for each step, and one more to begin with. It calls onStep,
// returns an error and panics as [Glass.Descend] does; after ctx.Err(), w, noise and
// accepted are as after the last whole step.
func (g *Glass) MALA(ctx context.Context, w []float64, replicas int, rate, temperature float64, noise []*stream.Stream, steps int, accepted []int, onStep func(gradients int)) error {
	g.checkReplicas(w, replicas)
	checkNoise(noise, replicas)
	if len(accepted) != replicas {
		panic(fmt.Sprintf("spinglass: %d numbers of accepted steps for %d replicas", len(accepted), replicas))
	}
	if steps == 0 {
		return nil
	}
	c := newChain(w, g.n, replicas, rate, temperature)
	c.space.evaluate(ctx, g, w, c.grad, c.energy, replicas, true)
	for range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.drawVelocities(noise)
		c.propose()
		c.space.evaluate(ctx, g, c.to, c.toGrad, c.toEnergy, replicas, true)
		if err := ctx.Err(); err != nil {
			return err
		}
		c.decide()
		for r, moves := range c.moves {
			noise[r].Set(c.noise[r])
			if moves {
				accepted[r]++
			}
		}
		if onStep != nil {
			onStep(replicas)
		}
	}
	return nil
}

// A metropolisChain is the state of MALA between two parts of a step.
type metropolisChain struct {
	n                    int
	e, halfRate          float64
	temperature          float64
	w, grad              []float64 // the points [n][replicas] with their tangent gradients
	to, toGrad           []float64 // those proposed
	velocity             []float64
	energy, toEnergy     []float64 // [replicas], as all that follow
	kinetic, sum         []float64 // twice the kinetic energy at the beginning of the step; scratch
	half                 []float64 // e/2 for all
	along, along2, alpha []float64 // factors of the rotation
	moves                []bool
	noise                []*stream.Stream // where the noise streams are after the step
	x                    []float64        // [n]

	space workspace
}

func newChain(w []float64, n, replicas int, rate, temperature float64) *metropolisChain {
	arrays, numbers := make([]float64, 4*len(w)), make([]float64, 8*replicas)
	take := func(from *[]float64, n int) []float64 {
		part := (*from)[:n:n]
		*from = (*from)[n:]
		return part
	}
	c := &metropolisChain{
		n: n, e: math.Sqrt(2 * rate), halfRate: rate / 2, temperature: temperature, w: w,
		grad: take(&arrays, len(w)), to: take(&arrays, len(w)), toGrad: take(&arrays, len(w)), velocity: take(&arrays, len(w)),
		energy: take(&numbers, replicas), toEnergy: take(&numbers, replicas), kinetic: take(&numbers, replicas), sum: take(&numbers, replicas),
		half: take(&numbers, replicas), along: take(&numbers, replicas), along2: take(&numbers, replicas), alpha: take(&numbers, replicas),
		moves: make([]bool, replicas), noise: make([]*stream.Stream, replicas), x: make([]float64, n),
	}
	for r := range replicas {
		c.noise[r] = new(stream.Stream)
		c.half[r] = c.e / 2
	}
	return c
}

// drawVelocities draws velocities in the tangent space, of variance temperature in every
// direction.
func (c *metropolisChain) drawVelocities(noise []*stream.Stream) {
	replicas, scale := len(c.noise), math.Sqrt(c.temperature)
	for r := range noise {
		c.noise[r].Set(noise[r])
		c.noise[r].Normals(c.x)
		for j, v := range c.x {
			c.velocity[j*replicas+r] = scale * v
		}
	}
	sumProducts(c.sum, c.w, c.velocity)
	for r, s := range c.sum {
		c.sum[r] = s / float64(c.n)
	}
	move(c.velocity, c.w, c.sum)
	sumSquares(c.kinetic, c.velocity)
}

// propose moves from w to the proposed points, without their last half step of the force.
func (c *metropolisChain) propose() {
	move(c.velocity, c.grad, c.half)
	sumSquares(c.sum, c.velocity)
	for r, s := range c.sum {
		square := s / float64(c.n)
		a := float64(c.halfRate * square)
		c.alpha[r] = (1 - a) / (1 + a)
		c.along[r] = c.e / (1 + a)
		c.along2[r] = c.e * square / (1 + a)
	}
	m := len(c.sum)
	for at := 0; at < len(c.w); at += m {
		w, v, to := c.w[at:][:m], c.velocity[at:][:m], c.to[at:][:m]
		for r, alpha := range c.alpha {
			to[r] = math.FMA(c.along[r], v[r], alpha*w[r])
			v[r] = math.FMA(-c.along2[r], w[r], alpha*v[r])
		}
	}
	retract(c.to, c.sum, c.n)
}

// decide takes the last half step of the force and moves the replicas whose step is
// accepted.
func (c *metropolisChain) decide() {
	move(c.velocity, c.toGrad, c.half)
	sumSquares(c.sum, c.velocity)
	for r, s := range c.sum {
		change := (c.toEnergy[r] - c.energy[r]) + float64((s-c.kinetic[r])/2)
		c.moves[r] = change <= c.temperature*c.noise[r].Exponential()
		if c.moves[r] {
			c.energy[r] = c.toEnergy[r]
		}
	}
	m := len(c.moves)
	for at := 0; at < len(c.w); at += m {
		for r, moves := range c.moves {
			if moves {
				c.w[at+r], c.grad[at+r] = c.to[at+r], c.toGrad[at+r]
			}
		}
	}
}

// sumProducts sets sum to the chain of the products x_j y_j of each column of x and y
// [n][len(sum)].
func sumProducts(sum, x, y []float64) {
	clear(sum)
	m := len(sum)
	for at := 0; at < len(x); at += m {
		a, b := x[at:][:m], y[at:][:m]
		for c, s := range sum {
			sum[c] = math.FMA(a[c], b[c], s)
		}
	}
}
