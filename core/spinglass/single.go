package spinglass

import (
	"math"

	"github.com/lossglass/lossglass/simd"
)

// fewReplicas is up to how many replicas it is faster to read the packed couplings
// for each than to unpack them for all.
const fewReplicas = 3

// A single evaluates one replica, with the bits of a batch.
type single struct {
	*simd.Kernels
	g    *Glass
	w    []float64
	grad []float64
	x    [][]float64 // for each level of prefixes: what their longer ones gave
	s    []float64   // for each level: the product of w over the prefix
	q    float64     // twice the energy
	mw   []float64   // W, in whole blocks
	rest []float64   // the couplings of the prefixes still to come
}

func (g *Glass) oneByOne(w, grad, energy []float64, replicas int, tangent bool) {
	b, ok := g.singles.Get().(*single)
	if !ok {
		b = &single{Kernels: g.kernels, g: g, w: make([]float64, g.n), grad: make([]float64, g.n),
			s: make([]float64, g.p-1), mw: make([]float64, ceil(g.n, side)*side)}
		b.s[0] = 1
		for range g.p - 2 {
			b.x = append(b.x, make([]float64, g.n))
		}
	}
	defer g.singles.Put(b)
	for r := range replicas {
		for j := range g.n {
			b.w[j] = w[j*replicas+r]
		}
		clear(b.grad)
		b.rest = g.couplings
		g.walk(b)
		if tangent {
			c := g.radial(b.q)
			for j, x := range b.w {
				b.grad[j] = math.FMA(-c, x, b.grad[j])
			}
		}
		for j, x := range b.grad {
			grad[j*replicas+r] = x
		}
		energy[r] = b.q / 2
	}
}

func (b *single) enter(length, i int) { b.s[length] = b.s[length-1] * b.w[i] }

func (b *single) matrices(from, to int) {
	length := b.g.p - 2
	for a := from; a < to; a++ {
		if length > 0 {
			b.enter(length, a)
		}
		m := b.g.n - a
		b.Symv64(m, b.rest, b.w[a:], b.mw)
		b.rest = b.rest[packedLen(m):]
		b.add(length, a, b.s[length], b.mw[:m])
	}
}

func (b *single) leave(length, a int) { b.add(length, a, b.s[length]/2, b.x[length][a:]) }

// add adds what a prefix that ends in a gave.
func (b *single) add(length, a int, s float64, x []float64) {
	w, g, q := b.w[a:][:len(x)], b.grad[a:][:len(x)], 0.0
	for j, x := range x {
		g[j] = math.FMA(s, x, g[j])
		q = math.FMA(w[j], x, q)
	}
	if length == 0 {
		b.q = q
	} else {
		b.x[length-1][a] = q
	}
}
