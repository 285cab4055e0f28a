package stream

import "math"

// Signed returns a number uniform on (-1, 1): an odd multiple of 2^-53, never
// zero, from the upper 53 bits of one Uint64.
func (s *Stream) Signed() float64 {
	k := int64(s.Uint64() >> 11)
	return float64(float64(2*k+1-1<<53) * 0x1p-53)
}

// Normals fills dst with independent standard normal numbers, two at a time by
// Marsaglia's polar method: (u, v) uniform on the square until their squares add
// up to q < 1, then u f and v f with f = sqrt(-2 Log(q) / q). Of an odd
// number the second of the last two is dropped. Each operation is rounded once.
func (s *Stream) Normals(dst []float64) {
	for i := 0; i < len(dst); i += 2 {
		u, v, q := 0.0, 0.0, 1.0
		for q >= 1 {
			u, v = s.Signed(), s.Signed()
			q = float64(u*u) + float64(v*v)
		}
		f := math.Sqrt(-2 * Log(q) / q)
		dst[i] = u * f
		if i+1 < len(dst) {
			dst[i+1] = v * f
		}
	}
}

// ln 2 in two parts, the first with 32 bits, and the coefficients of the minimax
// polynomial of Log.
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

// Log returns the natural logarithm of a positive normal x within 1 ulp, by a
// stated sequence of operations, so that it has the same bits on every CPU
// (math.Log has not). x = 2^k (1+f) with 1+f from sqrt(1/2) to sqrt(2); log(1+f)
// = f - f^2/2 + s (f^2/2 + R(s^2)), s = f/(2+f), as in FreeBSD's e_log.c.
func Log(x float64) float64 {
	const half, below = 0x3fe6a09e00000000, 1<<52 - 1 // sqrt(1/2), cut off
	b := math.Float64bits(x)
	shifted := b - half
	k := float64(int64(shifted) >> 52)
	f := math.Float64frombits(shifted&below+half) - 1

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
