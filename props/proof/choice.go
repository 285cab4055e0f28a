package proof

import (
	"math"

	"github.com/lossglass/lossglass/simd/emulate"
)

// This file simplifies choices between terms, and the operations on the bits that choose.

const allOnes = 1<<32 - 1

// mask returns equal bits, all set where the bit is.
func (t *Terms) mask(width int, bit Term) Term {
	return t.choose(bit, t.Const(width, allOnes), t.Const(width, 0))
}

// maskOf returns the bit that all 32 bits of a value equal, if it is such a value.
func (t *Terms) maskOf(v Term) (bit Term, ok bool) {
	n := &t.nodes[v]
	switch {
	case t.isConst(v, 0):
		return t.Const(1, 0), true
	case t.isConst(v, allOnes):
		return t.Const(1, 1), true
	case t.is(v, emulate.Select) && t.isConst(n.b, allOnes) && t.isConst(n.c, 0):
		return n.a, true
	case t.is(v, emulate.Select) && t.isConst(n.b, 0) && t.isConst(n.c, allOnes):
		return t.Unary(emulate.Not1, n.a), true
	}
	return 0, false
}

// bitwise returns and, and-not, or, xor of 32 bits. With an operand whose bits are all
// equal, it chooses between the results for no bit and for all bits.
func (t *Terms) bitwise(op emulate.Op, a, b Term) Term {
	bitA, maskA := t.maskOf(a)
	bitB, maskB := t.maskOf(b)
	switch {
	case maskA && maskB: // of bits that are all equal, every bit is the same
		switch op {
		case emulate.And:
			return t.mask(32, t.logical(emulate.And1, bitA, bitB))
		case emulate.Or:
			return t.mask(32, t.logical(emulate.Or1, bitA, bitB))
		case emulate.AndNot:
			return t.mask(32, t.logical(emulate.And1, t.Unary(emulate.Not1, bitA), bitB))
		}
	case op == emulate.AndNot && maskA: // ^a & b
		return t.choose(bitA, t.Const(32, 0), b)
	case op == emulate.And && maskA:
		return t.choose(bitA, b, t.Const(32, 0))
	case op == emulate.And && maskB:
		return t.choose(bitB, a, t.Const(32, 0))
	case op == emulate.Or && maskA:
		return t.choose(bitA, t.Const(32, allOnes), b)
	case op == emulate.Or && maskB:
		return t.choose(bitB, t.Const(32, allOnes), a)
	case op == emulate.Or: // (bit ? x : 0) | (bit ? 0 : y) = bit ? x : y
		n, m := t.nodes[a], t.nodes[b]
		if t.is(a, emulate.Select) && t.is(b, emulate.Select) && n.a == m.a {
			return t.choose(n.a, t.bitwise(op, n.b, m.b), t.bitwise(op, n.c, m.c))
		}
	}
	for _, o := range [2][2]Term{{a, b}, {b, a}} { // the low bits of c + z are those of c and of the low bits of z alone
		mask, known := t.Bits(o[1])
		if c, z, ok := t.plus(o[0]); ok && known && op == emulate.And && mask&(mask+1) == 0 && z&^mask != 0 {
			return t.bitwise(op, t.Binary(emulate.IntAdd, c, t.Const(32, z&mask)), o[1])
		}
	}
	if t.isConst(a, 0) && op == emulate.Xor { // 0 ^ b = b
		return b
	}
	if t.isConst(b, 0) && op == emulate.Xor {
		return a
	}
	if commutes[op] {
		a, b = sorted(a, b)
	}
	return t.operate(operation(op), a, b, 0)
}

// logical returns and, or of two bits: of a set of bits, as and, or are associative and
// commutative, and a bit does not count twice.
func (t *Terms) logical(op emulate.Op, a, b Term) Term {
	neutral := uint64(0)
	if op == emulate.And1 {
		neutral = 1
	}
	switch {
	case t.isConst(a, neutral) || a == b:
		return b
	case t.isConst(b, neutral):
		return a
	case t.isConst(a, 1-neutral) || t.isConst(b, 1-neutral):
		return t.Const(1, 1-neutral)
	}
	if op == emulate.And1 && t.is(a, emulate.Not1) && t.is(b, emulate.Not1) { // not a and not b = not (a or b)
		return t.Unary(emulate.Not1, t.logical(emulate.Or1, t.nodes[a].a, t.nodes[b].a))
	}
	bits := append(t.members(op, a), t.members(op, b)...)
	var chain Term
	for previous := Term(0); ; {
		next := Term(math.MaxUint32)
		for _, bit := range bits {
			if bit > previous {
				next = min(next, bit)
			}
		}
		switch {
		case next == math.MaxUint32:
			return chain
		case chain == 0:
			chain = next
		default:
			chain = t.operate(operation(op), chain, next, 0)
		}
		previous = next
	}
}

// members returns the bits that a chain of and, or connects.
func (t *Terms) members(op emulate.Op, v Term) []Term {
	if !t.is(v, op) {
		return []Term{v}
	}
	n := t.nodes[v]
	return append(t.members(op, n.a), t.members(op, n.b)...)
}

// choose returns x where the bit is set, else y.
func (t *Terms) choose(bit, x, y Term) Term {
	if bits, known := t.Bits(bit); known {
		if bits != 0 {
			return x
		}
		return y
	}
	if t.is(bit, emulate.Not1) { // not b ? x : y = b ? y : x
		bit, x, y = t.nodes[bit].a, y, x
	}
	if n := t.nodes[x]; t.is(x, emulate.Select) && n.a == bit { // b ? (b ? p : q) : y = b ? p : y
		x = n.b
	}
	if n := t.nodes[y]; t.is(y, emulate.Select) && n.a == bit {
		y = n.c
	}
	if n, is := t.nodes[y], t.nodes[bit]; is.op == equal && t.is(y, emulate.Select) { // where a and b differ, a <= b is a < b
		if m := t.nodes[n.a]; m.op == lessOrEqual && (m.a == is.a && m.b == is.b || m.a == is.b && m.b == is.a) {
			y = t.choose(t.compare(less, m.a, m.b), n.b, n.c)
		}
	}
	if x == y {
		return x
	}
	if t.nodes[x].width == 1 {
		switch { // of bits
		case t.isConst(x, 1):
			return t.logical(emulate.Or1, bit, y)
		case t.isConst(y, 0):
			return t.logical(emulate.And1, bit, x)
		case t.isConst(x, 0):
			return t.logical(emulate.And1, t.Unary(emulate.Not1, bit), y)
		case t.isConst(y, 1):
			return t.logical(emulate.Or1, t.Unary(emulate.Not1, bit), x)
		}
	}
	if t.isConst(x, 0) && t.nodes[bit].a == y && t.isConst(t.nodes[bit].b, 0) {
		switch op := t.nodes[bit].op; {
		case op == lessOrEqual: // by definition
			return t.relu(y)
		case op == less && t.addsZero(y): // which is not -0, the only number where < differs
			return t.relu(y)
		}
	}
	if is := t.nodes[bit]; t.anyMaximum && is.op == less && is.a == y && is.b == x && t.nodes[x].op != constant && t.nodes[y].op != constant {
		x, y = sorted(x, y)
		return t.operate(largest, x, y, 0)
	}
	return t.operate(operation(emulate.Select), bit, x, y)
}
