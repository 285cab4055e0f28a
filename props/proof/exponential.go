package proof

import (
	"math"

	"github.com/lossglass/lossglass/simd/emulate"
)

const infinity = 0x7f800000 // in float32

// exponential returns e^x, as the specification computes it, if a b is e^x with 2^k as the product of 2^(k>>2) and
// 2^(k - k>>2), in place of k>>1, and x is from -104 to 89.
//
// Both are e^x = p 2^k with one rounding: k is from -150 to 128, and the polynomial p from 1/2 to 2, so that all factors
// are normal numbers and the product of p and the first of them is, too, and thus exact. Where x is NaN, so are p
// and every product.
func (t *Terms) exponential(a, b Term) (Term, bool) {
	const shift = 2
	for _, rest := range [2]Term{a, b} {
		x, by, ok := t.exponentialOf(rest)
		if !ok || by != shift || !(t.least(x) >= -104 && t.most(x) <= 89) {
			continue
		}
		spec := numbers[Term]{t, 32}
		p, k := spec.expReduced(x)
		if scaled, rest := spec.expScaled(p, k, shift); (a == scaled && b == rest) || (a == rest && b == scaled) {
			return spec.expBounded(x), true
		}
	}
	return 0, false
}

// exponentialOf returns x and the shift if v looks like the last factor of an exponential, as expScaled returns it: that
// the other operations are those of e^x remains to be seen.
func (t *Terms) exponentialOf(v Term) (x Term, shift uint64, ok bool) {
	if !t.is(v, emulate.ShiftL) {
		return 0, 0, false
	}
	difference, _, ok := t.plus(t.nodes[v].a)
	if !ok || !t.is(difference, emulate.IntSub) {
		return 0, 0, false
	}
	k, a := t.nodes[difference].a, t.nodes[difference].b
	if !t.is(a, emulate.ShiftRA) || t.nodes[a].a != k || !t.is(k, emulate.FMA32) {
		return 0, 0, false
	}
	x = t.nodes[k].a
	if t.nodes[x].op == constant {
		x = t.nodes[k].b
	}
	shift, ok = t.Bits(t.nodes[a].b)
	return x, shift, ok
}

// most returns a number that no value of v is above, whatever the variables are. It is no bound of NaN.
func (t *Terms) most(v Term) float64 {
	n := t.nodes[v]
	switch {
	case n.op == constant:
		return orInfinity(t.float32(v), 1)
	case t.is(v, emulate.Add32): // rounding is monotonic
		most := orInfinity(t.most(n.a)+t.most(n.b), 1)
		return float64(math.Nextafter32(float32(most), float32(math.Inf(1))))
	case t.is(v, emulate.Sub32) && t.attains(n.b, n.a): // a number minus a maximum that it is one of
		return 0
	case t.is(v, emulate.Mul32): // e^x for x <= 0 is p 2^k with p <= 2 and k <= 0
		if x, ok := t.isExponential(v); ok && t.least(x) >= -104 && t.most(x) <= 0 {
			return 2
		}
	case t.is(v, emulate.Select):
		most := max(t.most(n.b), t.most(n.c))
		if is := t.nodes[n.a]; is.op == less && is.a == n.b && is.b == n.c && t.nodes[n.b].op == constant { // the smaller of c and another number
			most = min(most, t.most(n.b))
		}
		return most
	}
	return math.Inf(1)
}

// least returns a number that no value of v is below. It is no bound of NaN.
func (t *Terms) least(v Term) float64 {
	n := t.nodes[v]
	switch {
	case n.op == constant:
		return orInfinity(t.float32(v), -1)
	case t.is(v, emulate.Select):
		least := min(t.least(n.b), t.least(n.c))
		if is := t.nodes[n.a]; is.op == less && is.a == n.c && is.b == n.b && t.nodes[n.b].op == constant { // the larger of c and another number
			least = max(least, t.least(n.b))
		}
		return least
	}
	return math.Inf(-1)
}

// orInfinity returns x, or an infinity of that sign where x is NaN, which is no bound.
func orInfinity(x float64, sign int) float64 {
	if math.IsNaN(x) {
		return math.Inf(sign)
	}
	return x
}

// isExponential returns x if v is e^x as the specification computes it.
func (t *Terms) isExponential(v Term) (x Term, ok bool) {
	n := t.nodes[v]
	for _, rest := range [2]Term{n.a, n.b} {
		if x, _, ok = t.exponentialOf(rest); ok {
			return x, numbers[Term]{t, 32}.expBounded(x) == v
		}
	}
	return 0, false
}

// attains reports whether top is a maximum of numbers among which v is, so that v is not above it, unless either is NaN:
// larger(a, b) is a if a > b, else b, which it is, too, if b is NaN.
func (t *Terms) attains(top, v Term) bool {
	if top == v {
		return true
	}
	n := t.nodes[top]
	is := t.nodes[n.a]
	return t.is(top, emulate.Select) && is.op == less && is.a == n.c && is.b == n.b && (n.b == v || t.attains(n.c, v))
}

// float32 returns the value of a constant of 32 bits.
func (t *Terms) float32(v Term) float64 {
	return float64(math.Float32frombits(uint32(t.nodes[v].bits)))
}
