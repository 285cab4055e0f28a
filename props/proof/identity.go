package proof

import (
	"math"

	"github.com/lossglass/lossglass/simd/emulate"
)

// This file simplifies terms, so that two ways to write the same function become the same
// term. Every identity has its reason beside it. They hold for all values, where a NaN may
// be any NaN.

// Unary returns an operation on one value.
func (t *Terms) Unary(op emulate.Op, a Term) Term {
	if bits, known := t.Bits(a); known {
		if result, ok := t.fold(op, emulate.Concrete{}.Unary(op, bits)); ok {
			return result
		}
	}
	n := t.nodes[a]
	switch {
	case op == emulate.Spread: // a bit to 32 equal bits, by definition
		return t.mask(32, a)
	case op == emulate.Not1 && t.is(a, emulate.Not1): // not not a = a
		return n.a
	case op == emulate.Low && t.is(a, emulate.Join): // the halves of a value that was joined from them
		return n.a
	case op == emulate.High && t.is(a, emulate.Join):
		return n.b
	case (op == emulate.Low || op == emulate.High || op == emulate.SignBit) && t.is(a, emulate.Select):
		return t.choose(n.a, t.Unary(op, n.b), t.Unary(op, n.c)) // bits of what was chosen
	}
	return t.operate(operation(op), a, 0, 0)
}

// Binary returns an operation on two values.
func (t *Terms) Binary(op emulate.Op, a, b Term) Term {
	x, knownA := t.Bits(a)
	y, knownB := t.Bits(b)
	if knownA && knownB {
		if result, ok := t.fold(op, emulate.Concrete{}.Binary(op, x, y)); ok {
			return result
		}
	}
	switch op {
	case emulate.Join:
		return t.join(a, b)
	case emulate.And, emulate.AndNot, emulate.Or, emulate.Xor:
		return t.bitwise(op, a, b)
	case emulate.And1, emulate.Or1:
		return t.logical(op, a, b)
	case emulate.Max32, emulate.Max64: // a > b ? a : b, by definition
		return t.choose(t.compare(less, b, a), a, b)
	case emulate.Min32, emulate.Min64: // a < b ? a : b
		return t.choose(t.compare(less, a, b), a, b)
	case emulate.Maximum32, emulate.Maximum64, emulate.Minimum32, emulate.Minimum64:
		return t.extreme(op, a, b)
	case emulate.Sub32, emulate.Sub64: // a - (+0) = a, the sign of zero included
		if knownB && y == 0 {
			return a
		}
	case emulate.Mul32:
		if v, ok := t.exponential(a, b); ok {
			return v
		}
		if v, ok := t.scaled(a, b); ok {
			return v
		}
	case emulate.ShiftL:
		if knownB {
			a = t.lowBits(a, y)
		}
	case emulate.ShiftR:
		if v, ok := t.exponent(a, b); ok {
			return v
		}
	case emulate.ShiftRA:
		if t.isNotNegative(a) { // the bits that come in are zeros
			return t.Binary(emulate.ShiftR, a, b)
		}
	case emulate.IntSub:
		if bit, ok := t.maskOf(b); ok { // a - (-1) = a + 1
			return t.Binary(emulate.IntAdd, a, t.choose(bit, t.Const(32, 1), t.Const(32, 0)))
		}
		if knownB { // a - y = a + (-y), modulo 2^32
			return t.Binary(emulate.IntAdd, a, t.Const(32, -y&allOnes))
		}
	case emulate.IntAdd:
		if knownA {
			a, b, x, y, knownB = b, a, y, x, true
		}
		if knownB && y == 0 { // a + 0 = a
			return a
		}
		if sum, z, ok := t.plus(a); knownB && ok { // (c + z) + y = c + (z + y)
			return t.Binary(emulate.IntAdd, sum, t.Const(32, (z+y)&allOnes))
		}
	}
	if commutes[op] {
		a, b = sorted(a, b)
	}
	return t.operate(operation(op), a, b, 0)
}

// plus returns c and z if v is the sum of two integers c + z, of which z is a constant.
func (t *Terms) plus(v Term) (c Term, z uint64, ok bool) {
	n := t.nodes[v]
	if !t.is(v, emulate.IntAdd) {
		return 0, 0, false
	}
	if bits, known := t.Bits(n.a); known {
		return n.b, bits, true
	}
	bits, known := t.Bits(n.b)
	return n.a, bits, known
}

// commutes are the operations with a op b = b op a. Of a sum or product that is NaN, it
// may change which NaN it is, which matters to operations on its bits: see checkBits.
var commutes = map[emulate.Op]bool{
	emulate.Add32: true, emulate.Add64: true, emulate.Mul32: true, emulate.Mul64: true,
	emulate.IntAdd: true, emulate.IntEq: true, emulate.And: true, emulate.Or: true, emulate.Xor: true, emulate.Xor1: true,
	emulate.Maximum32: true, emulate.Maximum64: true, emulate.Minimum32: true, emulate.Minimum64: true,
}

func sorted(a, b Term) (Term, Term) { return min(a, b), max(a, b) }

// fold returns a known result of an operation as a constant, unless it is a NaN that the
// operation made, whose bits differ between architectures.
func (t *Terms) fold(op emulate.Op, bits uint64) (Term, bool) {
	width := 32
	switch op {
	case emulate.SignBit, emulate.Not1, emulate.IntEq, emulate.And1, emulate.Or1, emulate.Xor1:
		width = 1
	case emulate.Join:
		width = 64
	case emulate.Add64, emulate.Sub64, emulate.Mul64, emulate.Div64, emulate.FMA64, emulate.FMS64, emulate.FNMA64, emulate.FNMS64,
		emulate.Min64, emulate.Max64, emulate.Maximum64, emulate.Minimum64, emulate.FloatToDouble:
		if x := math.Float64frombits(bits); x != x {
			return 0, false
		}
		width = 64
	case emulate.Add32, emulate.Sub32, emulate.Mul32, emulate.Div32, emulate.FMA32, emulate.FMS32, emulate.FNMA32, emulate.FNMS32,
		emulate.Min32, emulate.Max32, emulate.Maximum32, emulate.Minimum32, emulate.IntToFloat:
		if x := math.Float32frombits(uint32(bits)); x != x {
			return 0, false
		}
	}
	return t.Const(width, bits), true
}

// join returns 64 bits, a below b.
func (t *Terms) join(a, b Term) Term {
	low, high := t.nodes[a], t.nodes[b]
	switch {
	case t.is(a, emulate.Low) && t.is(b, emulate.High) && low.a == high.a: // both halves of a value
		return low.a
	case t.is(a, emulate.Select) && t.is(b, emulate.Select) && low.a == high.a: // both halves of what is chosen
		return t.choose(low.a, t.join(low.b, high.b), t.join(low.c, high.c))
	}
	if x, ok := t.Bits(a); ok {
		if y, ok := t.Bits(b); ok {
			return t.Const(64, x|y<<32)
		}
	}
	return t.operate(operation(emulate.Join), a, b, 0)
}

// extreme returns the larger or smaller of two numbers as arm64 does: NaN if either is, and
// with +0 above -0. With a constant c that is neither NaN nor zero this is a choice:
// maximum(x, c) = x < c ? c : x, which is x where x is NaN. And maximum(x, +0) is ReLU.
func (t *Terms) extreme(op emulate.Op, a, b Term) Term {
	if _, known := t.Bits(a); known {
		a, b = b, a
	}
	largest := op == emulate.Maximum32 || op == emulate.Maximum64
	if bits, known := t.Bits(b); known {
		switch {
		case largest && bits == 0:
			return t.relu(a)
		case t.isNumber(b) && largest:
			return t.choose(t.compare(less, a, b), b, a)
		case t.isNumber(b):
			return t.choose(t.compare(less, b, a), b, a)
		}
	}
	a, b = sorted(a, b)
	return t.operate(operation(op), a, b, 0)
}

// isNumber reports whether v is a constant that is neither NaN nor zero.
func (t *Terms) isNumber(v Term) bool {
	n := &t.nodes[v]
	x := math.Float64frombits(n.bits)
	if n.width == 32 {
		x = float64(math.Float32frombits(uint32(n.bits)))
	}
	return n.op == constant && x == x && x != 0
}

// relu returns x <= 0 ? +0 : x.
func (t *Terms) relu(x Term) Term {
	if t.addsZero(x) { // x + (+0) differs from x in the sign of zero only, for which ReLU is +0
		n := t.nodes[x]
		x = n.a
		if t.isConst(n.a, 0) {
			x = n.b
		}
	}
	return t.operate(relu, x, 0, 0)
}

// addsZero reports whether v is x + (+0), which is never -0.
func (t *Terms) addsZero(v Term) bool {
	n := &t.nodes[v]
	return (t.is(v, emulate.Add32) || t.is(v, emulate.Add64)) && (t.isConst(n.a, 0) || t.isConst(n.b, 0))
}

// Ternary returns an operation on three values.
func (t *Terms) Ternary(op emulate.Op, a, b, c Term) Term {
	switch op {
	case emulate.Select:
		return t.choose(a, b, c)
	case emulate.BitSelect:
		if bit, ok := t.maskOf(a); ok { // all bits from the same operand
			return t.choose(bit, b, c)
		}
		return t.operate(operation(op), a, b, c)
	}
	x, knownA := t.Bits(a)
	y, knownB := t.Bits(b)
	z, knownC := t.Bits(c)
	if knownA && knownB && knownC {
		if result, ok := t.fold(op, emulate.Concrete{}.Ternary(op, x, y, z)); ok {
			return result
		}
	}
	for _, factor := range []*Term{&a, &b} { // (-a) b = -(a b): both are exact before the only rounding
		if positive, ok := t.negated(*factor); ok {
			*factor, op = positive, opposite[op]
		}
	}
	a, b = sorted(a, b) // a b = b a
	v := t.operate(operation(op), a, b, c)
	if p, s, ok := t.quotient(v); ok && t.notSmall(p) {
		return t.Binary(emulate.Div32, p, s)
	}
	return v
}

// opposite maps an fma to the one with the other sign of its product.
var opposite = map[emulate.Op]emulate.Op{
	emulate.FMA32: emulate.FNMA32, emulate.FNMA32: emulate.FMA32, emulate.FMS32: emulate.FNMS32, emulate.FNMS32: emulate.FMS32,
	emulate.FMA64: emulate.FNMA64, emulate.FNMA64: emulate.FMA64, emulate.FMS64: emulate.FNMS64, emulate.FNMS64: emulate.FMS64,
}

// negated returns x if v is x with its sign bit changed.
func (t *Terms) negated(v Term) (x Term, ok bool) {
	n := t.nodes[v]
	switch {
	case t.is(v, emulate.Xor) && t.isConst(n.a, 1<<31):
		return n.b, true
	case t.is(v, emulate.Xor) && t.isConst(n.b, 1<<31):
		return n.a, true
	case t.is(v, emulate.Join): // the sign is in the upper half
		if high, ok := t.negated(n.b); ok {
			return t.join(n.a, high), true
		}
	}
	return 0, false
}

// Compare returns one bit: whether the predicate holds for two numbers. Predicates are
// expressed by less, lessOrEqual, equal and unordered, as their definitions say.
func (t *Terms) Compare(width int, p emulate.Predicate, a, b Term) Term {
	x, knownA := t.Bits(a)
	y, knownB := t.Bits(b)
	if knownA && knownB {
		return t.Const(1, emulate.Concrete{}.Compare(width, p, x, y))
	}
	not := func(v Term) Term { return t.Unary(emulate.Not1, v) }
	switch p & 15 {
	case 0: // EQ_OQ
		return t.compare(equal, a, b)
	case 1: // LT_OS
		return t.compare(less, a, b)
	case 2: // LE_OS
		return t.compare(lessOrEqual, a, b)
	case 3: // UNORD_Q
		return t.unordered(a, b)
	case 8: // EQ_UQ
		return t.logical(emulate.Or1, t.compare(equal, a, b), t.unordered(a, b))
	case 13: // GE_OS
		return t.compare(lessOrEqual, b, a)
	case 14: // GT_OS
		return t.compare(less, b, a)
	case 11: // FALSE_OQ
		return t.Const(1, 0)
	case 12: // NEQ_OQ
		return not(t.Compare(width, 8, a, b))
	case 4, 5, 6, 7: // the opposites of 0 to 3
		return not(t.Compare(width, p&3, a, b))
	case 9, 10, 15: // NGE_US, NGT_US, TRUE_UQ: the opposites of 13, 14, 11
		return not(t.Compare(width, map[emulate.Predicate]emulate.Predicate{9: 13, 10: 14, 15: 11}[p&15], a, b))
	}
	panic("unreachable")
}

// compare returns a comparison of two numbers.
func (t *Terms) compare(op operation, a, b Term) Term {
	if outcome, ok := t.decide(op, a, b); ok {
		return t.Const(1, bit(outcome))
	}
	if outcome, ok := t.here.decides(t, op, a, b); ok {
		return t.Const(1, bit(outcome))
	}
	switch {
	case op == lessOrEqual && t.isConst(b, infinity) && t.most(a) < math.Inf(1): // a is finite or NaN
		op = less
	case a == b && op == less: // x < x
		return t.Const(1, 0)
	case a == b: // x <= x, x == x, unless x is NaN
		return t.Unary(emulate.Not1, t.unordered(a, a))
	case op == equal:
		a, b = sorted(a, b)
	}
	return t.operate(op, a, b, 0)
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// unordered returns whether a or b is NaN.
func (t *Terms) unordered(a, b Term) Term {
	return t.logical(emulate.Or1, t.isNaN(a), t.isNaN(b))
}

// isNaN returns whether a number is NaN.
func (t *Terms) isNaN(v Term) Term {
	n := t.nodes[v]
	switch {
	case t.here != nil && t.here.x == v:
		return t.Const(1, bit(t.here.nan))
	case n.op == constant:
		return t.Const(1, emulate.Concrete{}.Compare(int(n.width), 3, n.bits, n.bits))
	case t.is(v, emulate.Select) && t.nodes[n.b].op == constant && t.nodes[n.c].op == constant: // of what is chosen
		return t.choose(n.a, t.isNaN(n.b), t.isNaN(n.c))
	}
	return t.operate(unordered, v, 0, 0)
}
