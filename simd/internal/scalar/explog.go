package scalar

import "math"

// exp32 returns e^x within 0.90 ulp: x = n ln 2 + r, a polynomial in r, and 2^n in two
// factors, so that a subnormal result is rounded once.
func exp32(x float32) float32 {
	const magic = 0x1.8p23 // in t = n + magic the low bits are n
	if -104 > x {
		x = -104
	}
	if 89 < x {
		x = 89
	}
	t := fma32(x, 0x1.715476p+0, magic)
	n := t - magic
	r := fma32(n, -0x1.62e43p-1, x)
	r = fma32(n, 0x1.05c61p-29, r)
	var p float32 = 0x1.6a2434p-10
	p = fma32(p, r, 0x1.1239e2p-7)
	p = fma32(p, r, 0x1.5558f2p-5)
	p = fma32(p, r, 0x1.555492p-3)
	p = fma32(p, r, 0x1.fffffcp-2)
	p = fma32(p, r, 1)
	p = fma32(p, r, 1)
	k := int32(math.Float32bits(t) - math.Float32bits(magic))
	a := k >> 1
	b := k - a
	return float32(p*power(a)) * power(b)
}

// power returns 2^e for a normal result.
func power(e int32) float32 { return math.Float32frombits(uint32(e+127) << 23) }

// log32 returns the natural logarithm within 0.89 ulp: x = 2^e m with m in [sqrt(1/2),
// sqrt 2), a polynomial in f = m - 1, and e ln 2 in two parts.
func log32(x float32) float32 {
	const sqrtHalf, one, mantissa = 0x3f3504f3, 0x3f800000, 0x007fffff
	xs, bias := x, int32(127)
	if x < 0x1p-126 {
		xs, bias = x*0x1p23, 150
	}
	bits := math.Float32bits(xs) + (one - sqrtHalf)
	e := float32(int32(bits>>23) - bias)
	f := math.Float32frombits(bits&mantissa+sqrtHalf) - 1
	y := float32(f * f)
	var q float32 = -0x1.382fecp-4
	q = fma32(q, f, 0x1.084852p-3)
	q = fma32(q, f, -0x1.0f3766p-3)
	q = fma32(q, f, 0x1.22719ep-3)
	q = fma32(q, f, -0x1.54276ep-3)
	q = fma32(q, f, 0x1.99a3f2p-3)
	q = fma32(q, f, -0x1.000426p-2)
	q = fma32(q, f, 0x1.55555p-2)
	q = fma32(q, f, -0x1.fffff8p-2)
	h := float32(e * 0x1.62e4p-1)
	s := h + f
	l := (h - s) + f
	l = fma32(e, 0x1.7f7d1cp-20, l)
	l = fma32(y, q, l)
	z := s + l
	if !(x < float32(math.Inf(1))) {
		z = x
	}
	if x < 0 {
		z = float32(math.NaN())
	}
	if x == 0 {
		z = float32(math.Inf(-1))
	}
	return z
}
