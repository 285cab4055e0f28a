package proof

import (
	"math"

	"github.com/lossglass/lossglass/simd/emulate"
)

// This file simplifies shifts, whose results do not depend on all bits of what is shifted.

// lowBits returns a term with the same bits as v but for the highest ones, of which there are dropped: sums and
// differences have the same lower bits if their operands have, and a shift to the right by at most so many brings copies
// of the sign, or zeros, only into the dropped ones.
func (t *Terms) lowBits(v Term, dropped uint64) Term {
	n := t.nodes[v]
	switch {
	case t.is(v, emulate.IntAdd), t.is(v, emulate.IntSub):
		return t.Binary(emulate.Op(n.op), t.lowBits(n.a, dropped), t.lowBits(n.b, dropped))
	case t.is(v, emulate.ShiftR):
		if by, known := t.Bits(n.b); known && by <= dropped {
			return t.Binary(emulate.ShiftRA, n.a, n.b)
		}
	}
	return v
}

// isNotNegative reports whether an integer is not negative: a number whose sign is clear, plus less than what
// makes infinity negative. Of a NaN the bits may be any here, see nanbits.go.
func (t *Terms) isNotNegative(v Term) bool {
	f, z, isSum := t.plus(v)
	if !isSum {
		f = v
	}
	most := float32(math.Inf(1))
	if t.here != nil && f == t.here.x {
		most = t.here.most
	}
	return t.signIsClear(f) && uint64(math.Float32bits(most))+z < 1<<31
}

// signIsClear reports whether a number, if it is not NaN, has the sign bit clear: sums of such numbers and products with a
// positive constant have it clear, and e^x has.
func (t *Terms) signIsClear(v Term) bool {
	n := t.nodes[v]
	switch {
	case t.here != nil && v == t.here.x:
		return !t.here.nan && !math.Signbit(float64(t.here.least))
	case n.op == constant:
		return n.bits <= infinity
	case t.is(v, emulate.Mul32):
		if x, ok := t.isExponential(v); ok {
			return t.least(x) >= -104 && t.most(x) <= 89
		}
		for c, other := range map[Term]Term{n.a: n.b, n.b: n.a} {
			if x := t.float32(c); t.nodes[c].op == constant && x > 0 && x <= math.MaxFloat32 {
				return t.signIsClear(other)
			}
		}
	case t.is(v, emulate.Add32):
		return t.signIsClear(n.a) && t.signIsClear(n.b)
	}
	return false
}
