package proof

import "github.com/lossglass/lossglass/simd/emulate"

// smallest is the constant 2^-64 in float32: where a kernel that divides without a division
// instruction finds a smaller numerator, it branches to one that has it.
const smallest = 0x1f800000

// quotient returns p / s if v is what two steps of Markstein's method compute for it:
//
//	y = 1/s, q = p y, and twice r = p - q s, q = q + r y
//
// The second q is the rounded quotient for 2^-64 <= p <= 1 <= s <= 2^24 and for NaN, as
// simd/_asm explains, with the source. The caller has assumed that p >= 2^-64. In a softmax, p is
// the exponential of a number that is at most 0, and s is a sum of those, one of which is 1.
func (t *Terms) quotient(v Term) (p, s Term, ok bool) {
	p, s, q, ok := t.refinement(v)
	if !ok {
		return 0, 0, false
	}
	p1, s1, q, ok := t.refinement(q)
	first := t.nodes[q]
	if !ok || p1 != p || s1 != s || !t.is(q, emulate.Mul32) {
		return 0, 0, false
	}
	y := t.reciprocal(s)
	return p, s, first.a == p && first.b == y || first.a == y && first.b == p
}

// refinement returns p, s and q if v is q + (p - q s) (1/s).
func (t *Terms) refinement(v Term) (p, s, q Term, ok bool) {
	n := t.nodes[v]
	if !t.is(v, emulate.FMA32) {
		return 0, 0, 0, false
	}
	for _, factors := range [2][2]Term{{n.a, n.b}, {n.b, n.a}} {
		r, y := t.nodes[factors[0]], t.nodes[factors[1]]
		if !t.is(factors[0], emulate.FNMA32) || !t.is(factors[1], emulate.Div32) || !t.isConst(y.a, one) {
			continue
		}
		if r.a == n.c && r.b == y.b || r.b == n.c && r.a == y.b {
			return r.c, y.b, n.c, true
		}
	}
	return 0, 0, 0, false
}

const one = 0x3f800000 // in float32

// reciprocal returns the term of 1/s.
func (t *Terms) reciprocal(s Term) Term {
	return t.operate(operation(emulate.Div32), t.Const(32, one), s, 0)
}
