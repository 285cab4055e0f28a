package spinglass

import "math"

// A single evaluates one replica from the packed couplings, with the same bits as a
// batch. The names are those of the package documentation.
type single struct {
	g     *Glass // set during an evaluation
	w     []float64
	grad  []float64
	inner [][]float64 // for each length of prefix up to p-3: x_j = Q_uj of its extensions
	s     []float64   // for each length of prefix up to p-2: the product of w over it
	q     float64     // Q of the empty prefix, 2 L
	mw    []float64   // M w, in full blocks
}

func newSingle(p, n int) *single {
	e := &single{
		w: make([]float64, n), grad: make([]float64, n),
		s: make([]float64, p-1), mw: make([]float64, ceil(n, side)*side),
	}
	e.s[0] = 1
	for range p - 2 {
		e.inner = append(e.inner, make([]float64, n))
	}
	return e
}

// evaluate computes the energy and gradient of the replica whose coordinates are the
// elements of w at multiples of ld; grad has the same layout.
func (e *single) evaluate(w, grad []float64, energy *float64, ld int, tangent bool) {
	for j := range e.w {
		e.w[j] = w[j*ld]
	}
	clear(e.grad)
	e.g.walk(e.visit)
	if tangent {
		axpy(-e.g.radial(e.q), e.w, e.grad)
	}
	for j, x := range e.grad {
		grad[j*ld] = x
	}
	*energy = e.q / 2
}

func (e *single) visit(s step) {
	switch s.event {
	case enter:
		e.multiply(s.length, s.last)
	case visitFull:
		packed := s.couplings
		for last := s.last; last < s.end; last++ {
			if s.length > 0 {
				e.multiply(s.length, last)
			}
			m := e.g.n - last
			size := packedLen(m)
			e.g.set.Glass.Symv(m, packed[:size], e.w[last:], e.mw)
			packed = packed[size:]
			e.add(s.length, last, e.s[s.length], e.mw[:m])
		}
	case leavePrefix:
		e.add(s.length, s.last, e.s[s.length]/2, e.inner[s.length][s.last:])
	}
}

// multiply sets s for the prefix of the given length and last index.
func (e *single) multiply(length, last int) { e.s[length] = e.s[length-1] * e.w[last] }

// add computes Q_u of the prefix of the given length and last index and adds f x to the
// gradient.
func (e *single) add(length, last int, f float64, x []float64) {
	w, g, q := e.w[last:][:len(x)], e.grad[last:][:len(x)], 0.0
	for j, x := range x {
		// g_j = fma(f, x_j, g_j);  Q_u = chain of w_j x_j
		g[j] = math.FMA(f, x, g[j])
		q = math.FMA(w[j], x, q)
	}
	if length == 0 {
		e.q = q
	} else {
		e.inner[length-1][last] = q
	}
}
