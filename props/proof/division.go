package proof

import "github.com/lossglass/lossglass/simd/emulate"

// smallest is the constant 2^-64 in float32: where a kernel that divides without a division
// instruction finds a smaller numerator, it branches to one that has it.
const smallest = 0x1f800000

// quotient returns p / s if v is what a step of Markstein's method computes for it:
//
//	y = 1/s, q = p y, r = p - q s, v = q + r y
//
// The result is the rounded quotient for 2^-64 <= p <= 1 <= s <= 2^24 and for NaN. The caller checks
// that the kernel has found p not to be below 2^-64. In a softmax, p is the exponential of a number that is at most 0, and s is a sum
// of those, one of which is 1.
//
// Proof. Let s = b 2^i and p = a 2^j with 1 <= a, b < 2: no product below underflows, so that i and j may be 0.
// In units in the last place of p/s, q is wrong by less than 1.5: by 1/2 from its rounding, and by at most
// 1 from that of y (where p/s < 1, a < b), or 1/2. The remainder is a multiple of ulp(q) ulp(s) and needs
// at most 25 bits, so that it, like y, is wrong by a factor of at most 1 + 2^-24. The sum before its
// only rounding is thus wrong by less than 1.5 (2^-24 + 2^-24) = 3/2^24 units. It rounds to another
// number than p/s only if p/s is nearer than that to the middle of two numbers. TestQuotients goes
// through all a and b for which it is.
func (t *Terms) quotient(v Term) (p, s Term, ok bool) {
	n := t.nodes[v]
	if !t.is(v, emulate.FMA32) {
		return 0, 0, false
	}
	for _, factors := range [2][2]Term{{n.a, n.b}, {n.b, n.a}} {
		r, y, q := t.nodes[factors[0]], factors[1], t.nodes[n.c]
		if !t.is(factors[0], emulate.FNMA32) || !t.is(n.c, emulate.Mul32) {
			continue
		}
		for _, s := range [2]Term{r.a, r.b} {
			isQuotient := q.a == r.c && q.b == y || q.a == y && q.b == r.c
			isRemainder := s == r.a && r.b == n.c || s == r.b && r.a == n.c
			if y == t.reciprocal(s) && isQuotient && isRemainder {
				return r.c, s, true
			}
		}
	}
	return 0, 0, false
}

const one = 0x3f800000 // in float32

// reciprocal returns the term of 1/s.
func (t *Terms) reciprocal(s Term) Term {
	return t.operate(operation(emulate.Div32), t.Const(32, one), s, 0)
}
