package reference

import "math"

// The largest errors of [Exp] and [Log] over all 2^32 arguments, rounded up,
// in units in the last place: the distance of two float32 in the binade of the
// exact result, 2^-149 where that is subnormal.
const (
	ExpMaxUlp = 0.895 // 0.89424 at 0x1.4cec68p+2
	LogMaxUlp = 0.882 // 0.88124 at 0x1.4852d8p+0
)

// Exp returns e**x with an error of at most [ExpMaxUlp], by
//
//	e**x = 2**n e**r,  n = round(x / ln 2),  r = x - n ln 2,  |r| <= ln(2)/2
//
// and a polynomial for e**r. Results that are subnormal are rounded to nearest
// like any other.
//
// Special cases: Exp(±0) = 1, Exp(+Inf) = +Inf, Exp(-Inf) = +0, Exp(NaN) = NaN.
func Exp(x float32) float32 {
	const (
		log2e = 0x1.715476p+0
		ln2hi = 0x1.62e43p-1 // float32(ln 2)
		ln2lo = -0x1.05c61p-29
		magic = 0x1.8p+23 // numbers of this size are spaced by one
	)
	// exp(-104) rounds to +0 and exp(89) to +Inf already. NaN passes.
	if -104 > x {
		x = -104
	}
	if 89 < x {
		x = 89
	}

	t := Fma32(x, log2e, magic)
	n := t - magic
	r := Fma32(n, -ln2hi, x) // exact: n ln2hi cancels the leading bits of x
	r = Fma32(n, -ln2lo, r)

	// e**r = 1 + r + r**2 q(r), where q is the polynomial of least largest
	// relative error in e**r (Remez), its coefficients rounded to float32.
	p := float32(0x1.6a2434p-10)
	p = Fma32(p, r, 0x1.1239e2p-7)
	p = Fma32(p, r, 0x1.5558f2p-5)
	p = Fma32(p, r, 0x1.555492p-3)
	p = Fma32(p, r, 0x1.fffffcp-2)
	p = Fma32(p, r, 1)
	p = Fma32(p, r, 1)

	// 2**n may overflow or be subnormal where its two halves are not: the first
	// product is exact, the second rounds. The low bits of t are n.
	k := int32(math.Float32bits(t) - 0x4B400000)
	half := k >> 1
	return float32(p*powerOfTwo(half)) * powerOfTwo(k-half)
}

// powerOfTwo returns 2**k for -126 <= k <= 127.
func powerOfTwo(k int32) float32 {
	return math.Float32frombits(uint32(k+127) << 23)
}

// Log returns the natural logarithm of x with an error of at most [LogMaxUlp],
// by
//
//	log x = e ln 2 + log(1 + f),  x = 2**e (1 + f),  sqrt(1/2) <= 1 + f < sqrt(2)
//
// and a polynomial for log(1 + f).
//
// Special cases: Log(1) = +0, Log(±0) = -Inf, Log(+Inf) = +Inf,
// Log(x < 0) = NaN, Log(NaN) = NaN.
func Log(x float32) float32 {
	const (
		ln2hi    = 0x1.62e4p-1 // 16 bits, so that e ln2hi is exact
		ln2lo    = 0x1.7f7d1cp-20
		sqrtHalf = 0x3F3504F3 // the bits of sqrt(1/2)
		one      = 0x3F800000 // the bits of 1
	)
	switch {
	case x == 0:
		return float32(math.Inf(-1))
	case x < 0:
		return float32(math.NaN())
	case !(x < float32(math.Inf(1))): // +Inf or NaN
		return x
	}

	scaled, bias := x, int32(127)
	if x < 0x1p-126 { // subnormal
		scaled, bias = x*0x1p+23, 127+23
	}
	bits := math.Float32bits(scaled) + (one - sqrtHalf)
	e := float32(int32(bits>>23) - bias)
	f := math.Float32frombits(bits&0x007FFFFF+sqrtHalf) - 1

	// log(1 + f) = f + f**2 q(f), where q is the polynomial of least
	// largest relative error in log(1 + f), its coefficients rounded to float32.
	q := float32(-0x1.382fecp-4)
	q = Fma32(q, f, 0x1.084852p-3)
	q = Fma32(q, f, -0x1.0f3766p-3)
	q = Fma32(q, f, 0x1.22719ep-3)
	q = Fma32(q, f, -0x1.54276ep-3)
	q = Fma32(q, f, 0x1.99a3f2p-3)
	q = Fma32(q, f, -0x1.000426p-2)
	q = Fma32(q, f, 0x1.55555p-2)
	q = Fma32(q, f, -0x1.fffff8p-2)

	// log x = sum + rest, where sum = e ln2hi + f up to an error that is exact
	// in float32 and goes to the rest (Dekker's FastTwoSum).
	high := float32(e * ln2hi)
	sum := high + f
	rest := (high - sum) + f
	rest = Fma32(e, ln2lo, rest)
	rest = Fma32(float32(f*f), q, rest)
	return sum + rest
}
