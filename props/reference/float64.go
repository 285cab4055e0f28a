package reference

import "math"

// In float64 networks are the same sequences of operations, every one rounded to
// float64, with [Exp64] and [Log64] in place of [Exp] and [Log].

func exp[T Float](x T) T {
	if x, ok := any(x).(float32); ok {
		return T(Exp(x))
	}
	return T(Exp64(float64(x)))
}

func log[T Float](x T) T {
	if x, ok := any(x).(float32); ok {
		return T(Log(x))
	}
	return T(Log64(float64(x)))
}

// ln 2 as a number of 33 bits, whose product with an exponent is exact, and the rest.
const (
	ln2hi64 = 0x1.62e42feep-1
	ln2lo64 = 0x1.a39ef35793c76p-33
)

// Exp64 returns e**x, as [Exp] does, with the Taylor polynomial of degree 13 for
// e**r, by Horner's rule in fma. Its error is below one unit in the last place
// where the result is normal. math.Exp differs between architectures.
//
// Special cases: Exp64(±0) = 1, Exp64(+Inf) = +Inf, Exp64(-Inf) = +0, Exp64(NaN) = NaN.
func Exp64(x float64) float64 {
	const (
		log2e = 0x1.71547652b82fep+0
		magic = 0x1.8p+52
	)
	// exp(-746) rounds to +0 and exp(710) to +Inf already. NaN passes.
	switch {
	case x < -746:
		x = -746
	case x > 710:
		x = 710
	}
	n := math.FMA(x, log2e, magic) - magic
	r := math.FMA(n, -ln2lo64, math.FMA(n, -ln2hi64, x))
	if n != n {
		return n
	}

	p, factorial := 0.0, 6227020800.0 // 13!
	for k := 13; k >= 0; k-- {
		p = math.FMA(p, r, 1/factorial)
		factorial /= max(float64(k), 1)
	}

	// Two factors, as 2**n may overflow or be subnormal where they do not.
	half := int(math.Floor(n / 2))
	return float64(p*math.Ldexp(1, half)) * math.Ldexp(1, int(n)-half)
}

// Log64 returns the natural logarithm of x, by
//
//	log x = e ln 2 + log(1 + f),  x = 2**e (1 + f),  sqrt(1/2) <= 1 + f < sqrt(2)
//	log(1 + f) = f - (h - s (h + r)),  h = f**2/2,  s = f/(2 + f)
//	r = sum over k = 1..11 of 2/(2k+1) s**2k
//
// r by Horner's rule in fma. Its error is below one unit in the last place.
// math.Log differs between architectures.
//
// Special cases: those of [Log].
func Log64(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	case math.IsInf(x, 1) || math.IsNaN(x):
		return x
	}
	m, e := math.Frexp(x) // exact: x = 2**e m, 1/2 <= m < 1
	if m < math.Float64frombits(0x3fe6a09e667f3bcd) {
		m, e = 2*m, e-1
	}
	f := m - 1
	s := f / (2 + f)
	square := float64(s * s)
	r := 0.0
	for k := 11; k >= 1; k-- {
		r = math.FMA(r, square, 2/float64(2*k+1))
	}
	r = float64(r * square)
	h := float64(float64(0.5*f) * f)
	inner := math.FMA(s, h+r, float64(float64(e)*ln2lo64))
	return float64(float64(e)*ln2hi64) - ((h - inner) - f)
}
