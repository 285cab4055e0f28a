package stream

import "math"

// Signed returns a random number uniform on (-1, 1): an odd multiple of 2^-53, and thus
// never zero, from the upper 53 bits of one Uint64.
func (s *Stream) Signed() float64 {
	k := int64(s.Uint64() >> 11)
	return float64(float64(2*k+1-1<<53) * 0x1p-53)
}

// Exponential returns a random number with the density exp(-x) for x > 0: -log|u|, with u
// drawn with Signed and the logarithm of Normals.
func (s *Stream) Exponential() float64 { return -naturalLog(math.Abs(s.Signed())) }

// Normals fills dst with independent standard normal numbers, two at a time, by the polar
// method (Marsaglia and Bray, SIAM Review 6, 260, 1964): it draws u and v with Signed until
// q = u^2 + v^2 < 1, and returns u f and v f with f = sqrt(-2 log(q) / q). Each operation is
// rounded once, and the logarithm is computed as in FreeBSD's e_log.c. If the length of
// dst is odd, the second number of the last pair is dropped.
func (s *Stream) Normals(dst []float64) {
	for i := 0; i < len(dst); i += 2 {
		u, v, q := 0.0, 0.0, 1.0
		for q >= 1 {
			u, v = s.Signed(), s.Signed()
			q = float64(u*u) + float64(v*v)
		}
		f := math.Sqrt(-2 * naturalLog(q) / q)
		dst[i] = u * f
		if i+1 < len(dst) {
			dst[i+1] = v * f
		}
	}
}

// The constants of naturalLog: ln 2 = ln2Hi + ln2Lo, where ln2Hi has 32 significant bits,
// and the coefficients of the minimax polynomial R.
const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
	log1  = 6.666666666666735130e-01
	log2  = 3.999999999940941908e-01
	log3  = 2.857142874366239149e-01
	log4  = 2.222219843214978396e-01
	log5  = 1.818357216161805012e-01
	log6  = 1.531383769920937332e-01
	log7  = 1.479819860511658591e-01
)

// naturalLog returns the natural logarithm of x, which must be positive and normal, within 1
// ulp. Unlike math.Log it is a stated sequence of operations, so that it has the same bits
// on every CPU. With x = 2^k (1+f), 1+f between sqrt(1/2) and sqrt(2), and s = f/(2+f),
//
//	log(x) = k ln 2 + f - f^2/2 + s (f^2/2 + R(s^2))
//
// where R is a polynomial, as in FreeBSD's e_log.c.
func naturalLog(x float64) float64 {
	const half, mantissa = 0x3fe6a09e00000000, 1<<52 - 1 // half is sqrt(1/2), truncated
	b := math.Float64bits(x)
	shifted := b - half
	k := float64(int64(shifted) >> 52)
	f := math.Float64frombits(shifted&mantissa+half) - 1

	s := f / (2 + f)
	z := s * s
	w := z * z
	// R = z (log1 + w (log3 + w (log5 + w log7))) + w (log2 + w (log4 + w log6))
	odd := log5 + float64(w*log7)
	odd = log3 + float64(w*odd)
	odd = log1 + float64(w*odd)
	even := log4 + float64(w*log6)
	even = log2 + float64(w*even)
	r := float64(z*odd) + float64(w*even)
	h := float64(float64(0.5*f) * f)
	// k ln2Hi - ((h - (s (h + R) + k ln2Lo)) - f)
	c := float64(s*(h+r)) + float64(k*ln2Lo)
	return float64(k*ln2Hi) - ((h - c) - f)
}
