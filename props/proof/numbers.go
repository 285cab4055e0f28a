package proof

import (
	"math"

	"github.com/lossglass/lossglass/simd/emulate"
)

// numbers are the operations on numbers of 32 or 64 bits that specifications are written
// with. V is the type of a number: bits, of which a test makes sure that the specification is
// that of the portable kernels, or terms, for the proof.
type numbers[V any] struct {
	emulate.Domain[V]
	bits int
}

// of returns the operation for the width of the numbers, given that for 32 bits.
func (n numbers[V]) of(op32 emulate.Op) emulate.Op {
	if n.bits == 64 {
		return op32 + 1 // package emulate has the two side by side
	}
	return op32
}

// float returns a constant.
func (n numbers[V]) float(x float64) V {
	if n.bits == 64 {
		return n.Const(64, math.Float64bits(x))
	}
	return n.Const(32, uint64(math.Float32bits(float32(x))))
}

func (n numbers[V]) add(a, b V) V    { return n.Binary(n.of(emulate.Add32), a, b) }
func (n numbers[V]) sub(a, b V) V    { return n.Binary(n.of(emulate.Sub32), a, b) }
func (n numbers[V]) mul(a, b V) V    { return n.Binary(n.of(emulate.Mul32), a, b) }
func (n numbers[V]) div(a, b V) V    { return n.Binary(n.of(emulate.Div32), a, b) }
func (n numbers[V]) fma(a, b, c V) V { return n.Ternary(n.of(emulate.FMA32), a, b, c) }

// fnma returns fma(-a, b, c).
func (n numbers[V]) fnma(a, b, c V) V { return n.Ternary(n.of(emulate.FNMA32), a, b, c) }

func (n numbers[V]) less(a, b V) V        { return n.Compare(n.bits, 1, a, b) }
func (n numbers[V]) lessOrEqual(a, b V) V { return n.Compare(n.bits, 2, a, b) }
func (n numbers[V]) equal(a, b V) V       { return n.Compare(n.bits, 0, a, b) }
func (n numbers[V]) isNaN(a V) V          { return n.Compare(n.bits, 3, a, a) }

// choose returns x where the bit is set, else y.
func (n numbers[V]) choose(bit, x, y V) V { return n.Ternary(emulate.Select, bit, x, y) }

// larger returns x > y ? x : y.
func (n numbers[V]) larger(x, y V) V { return n.choose(n.less(y, x), x, y) }

// smaller returns x < y ? x : y.
func (n numbers[V]) smaller(x, y V) V { return n.choose(n.less(x, y), x, y) }

// relu returns x <= 0 ? +0 : x.
func (n numbers[V]) relu(x V) V { return n.choose(n.lessOrEqual(x, n.float(0)), n.float(0), x) }

// integer returns a constant of 32 bits.
func (n numbers[V]) integer(x uint32) V { return n.Const(32, uint64(x)) }

// Operations on the 32 bits of integers, and of float32 numbers.
func (n numbers[V]) intAdd(a, b V) V              { return n.Binary(emulate.IntAdd, a, b) }
func (n numbers[V]) intSub(a, b V) V              { return n.Binary(emulate.IntSub, a, b) }
func (n numbers[V]) shiftLeft(a V, by uint32) V   { return n.Binary(emulate.ShiftL, a, n.integer(by)) }
func (n numbers[V]) shiftRight(a V, by uint32) V  { return n.Binary(emulate.ShiftR, a, n.integer(by)) }
func (n numbers[V]) shiftSigned(a V, by uint32) V { return n.Binary(emulate.ShiftRA, a, n.integer(by)) }

// exp returns e^x in float32, as package elementwise defines it.
func (n numbers[V]) exp(x V) V {
	return n.expBounded(n.smaller(n.float(89), n.larger(n.float(-104), x)))
}

// expNotAbove0 returns e^x for x <= 0 and for NaN: then 89 is no bound.
func (n numbers[V]) expNotAbove0(x V) V { return n.expBounded(n.larger(n.float(-104), x)) }

// expBounded returns e^x for x from -104 to 89 and for NaN, as p 2^(k/2) 2^(k - k/2).
func (n numbers[V]) expBounded(x V) V {
	p, t := n.expReduced(x)
	scaled, rest := n.expScaled(p, t, 1)
	return n.mul(scaled, rest)
}

// expReduced returns p with p 2^k = e^x, and t, whose low bits are those of the integer k.
func (n numbers[V]) expReduced(x V) (p, t V) {
	magic := n.float(0x1.8p23)
	t = n.fma(x, n.float(0x1.715476p+0), magic) // x / ln 2, rounded to an integer in the low bits
	k := n.sub(t, magic)
	r := n.fma(k, n.float(-0x1.62e43p-1), x) // x - k ln 2
	r = n.fma(k, n.float(0x1.05c61p-29), r)
	p = n.float(0x1.6a2434p-10)
	for _, c := range []float64{0x1.1239e2p-7, 0x1.5558f2p-5, 0x1.555492p-3, 0x1.fffffcp-2, 1, 1} {
		p = n.fma(p, r, n.float(c))
	}
	return p, t
}

// expScaled returns the factors p 2^a and 2^(k - a), where a is k shifted to the right. As integers, t = k + magic, and
// the shifts in power leave nothing of magic, or of its half.
func (n numbers[V]) expScaled(p, t V, shift uint32) (scaled, rest V) {
	a := n.shiftSigned(t, shift)
	return n.mul(p, n.power(a)), n.power(n.intSub(t, a))
}

// power returns 2^e, given the low bits of e.
func (n numbers[V]) power(e V) V { return n.shiftLeft(n.intAdd(e, n.integer(127)), 23) }

// log returns the natural logarithm in float32, as package elementwise defines it.
func (n numbers[V]) log(x V) V {
	zero := n.float(0)
	subnormal := n.less(x, n.float(0x1p-126))
	scaled := n.choose(subnormal, n.mul(x, n.float(0x1p23)), x)
	bias := n.choose(subnormal, n.integer(127+23), n.integer(127))
	z := n.logNormal(x, scaled, bias)
	z = n.choose(n.less(x, zero), n.integer(0x7fc00000), z)
	return n.choose(n.equal(x, zero), n.float(math.Inf(-1)), z)
}

// logFromOne returns log x for finite x >= 1 and for NaN: then no case of log is needed.
func (n numbers[V]) logFromOne(x V) V { return n.logNormal(x, x, n.integer(127)) }

// logNormal returns the logarithm of 2^(127 - bias) f for positive normal f or, where x is Inf or NaN, x.
func (n numbers[V]) logNormal(x, f, bias V) V {
	const sqrtHalf, one, mantissa = 0x3f3504f3, 0x3f800000, 0x007fffff
	bits := n.intAdd(f, n.integer(one-sqrtHalf))
	e := n.Unary(emulate.IntToFloat, n.intSub(n.shiftRight(bits, 23), bias))
	f = n.sub(n.intAdd(n.Binary(emulate.And, bits, n.integer(mantissa)), n.integer(sqrtHalf)), n.float(1))
	y := n.mul(f, f)
	q := n.float(-0x1.382fecp-4)
	for _, c := range []float64{0x1.084852p-3, -0x1.0f3766p-3, 0x1.22719ep-3, -0x1.54276ep-3, 0x1.99a3f2p-3, -0x1.000426p-2, 0x1.55555p-2, -0x1.fffff8p-2} {
		q = n.fma(q, f, n.float(c))
	}
	h := n.mul(e, n.float(0x1.62e4p-1)) // e ln 2, in two parts
	s := n.add(h, f)
	l := n.add(n.sub(h, s), f)
	l = n.fma(e, n.float(0x1.7f7d1cp-20), l)
	l = n.fma(y, q, l)
	return n.choose(n.less(x, n.float(math.Inf(1))), n.add(s, l), x)
}
