package scalar

import "math"

// ln 2 in two parts, the first with so many trailing zeros that its product with
// an exponent is exact.
const (
	ln2High = 0x1.62e42feep-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// exp64 returns e^x within 1 ulp: x = n ln 2 + r, the Taylor polynomial of degree 13,
// whose next term is below 2^-57, and 2^n in two factors, so that a subnormal result is
// rounded only once after the polynomial.
func exp64(x float64) float64 {
	const magic = 0x1.8p52 // in t = n + magic the low bits are n
	if -746 > x {
		x = -746
	}
	if 710 < x {
		x = 710
	}
	t := math.FMA(x, 0x1.71547652b82fep+0, magic)
	n := t - magic
	r := math.FMA(n, -ln2High, x)
	r = math.FMA(n, -ln2Low, r)
	var p float64 = 1. / 6227020800 // 1/13!
	for _, c := range [...]float64{
		1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1,
	} {
		p = math.FMA(p, r, c)
	}
	k := int64(math.Float64bits(t) - math.Float64bits(magic))
	a := k >> 1
	return float64(p*power64(a)) * power64(k-a)
}

// power64 returns 2^e for a normal result.
func power64(e int64) float64 { return math.Float64frombits(uint64(e+1023) << 52) }

// log64 returns the natural logarithm within 1 ulp: x = 2^e (1 + f) with 1 + f in
// [sqrt(1/2), sqrt 2), and with s = f/(2 + f)
//
//	log(1 + f) = 2 artanh s = f - (f^2/2 - s (f^2/2 + r)),  r = 2 (s^2/3 + s^4/5 + ...)
//
// the series to s^22, whose next term is below 2^-60.
func log64(x float64) float64 {
	const sqrtHalf, one, mantissa = 0x3fe6a09e667f3bcd, 0x3ff0000000000000, 0x000fffffffffffff
	switch {
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	case !(x < math.Inf(1)):
		return x
	}
	bias := int64(1023)
	if x < 0x1p-1022 {
		x, bias = x*0x1p52, 1023+52
	}
	bits := math.Float64bits(x) + (one - sqrtHalf)
	e := float64(int64(bits>>52) - bias)
	f := math.Float64frombits(bits&mantissa+sqrtHalf) - 1
	s := f / (2 + f)
	s2 := float64(s * s)
	var r float64 = 2. / 23
	for _, c := range [...]float64{2. / 21, 2. / 19, 2. / 17, 2. / 15, 2. / 13, 2. / 11, 2. / 9, 2. / 7, 2. / 5, 2. / 3} {
		r = math.FMA(r, s2, c)
	}
	r = float64(r * s2)
	half := float64(0.5 * f * f)
	low := math.FMA(s, half+r, float64(e*ln2Low))
	return float64(e*ln2High) - ((half - low) - f)
}
