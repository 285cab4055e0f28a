package scalar

import "math"

// FMA returns x*y + z, rounded once.
func FMA[T Float](x, y, z T) T {
	if is64[T]() {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	return T(fma32(float32(x), float32(y), float32(z)))
}

// fma32 returns x*y + z, rounded once. It is not part of FMA because the compiler does
// not inline math.Float64bits into the instances of FMA that it makes for packages
// without an import of math, and Exp and Log would take half as long again.
//
// The product of two float32 is exact in float64. Rounding its sum with z to float64
// and then to float32 differs from a single rounding only where the float64 sum is
// inexact and either is a midpoint between two float32, or is below the normal
// float32, where midpoints have other bits, of which the low 29 may all be zero. In these cases the sum is rounded to odd
// before it is converted; the error of the sum, which TwoSum computes, gives the
// direction (Boldo and Melquiond, IEEE Trans. Computers 57, 2008).
func fma32(x, y, z float32) float32 {
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	bits := math.Float64bits(s)
	// The low 29 bits of a float64 are those that a normal float32 lacks.
	const dropped, midpoint = 1<<29 - 1, 1 << 28
	if bits&dropped == midpoint || (s < 0x1p-126 && s > -0x1p-126 && s != 0) {
		s = roundToOdd(p, c, s)
	}
	return float32(s)
}

// roundToOdd turns s, the sum of p and c rounded to nearest, into the sum rounded to odd.
func roundToOdd(p, c, s float64) float64 {
	bits := math.Float64bits(s)
	if bits&1 == 1 || math.IsNaN(s) || math.IsInf(s, 0) {
		return s
	}
	b := s - p
	err := (p - (s - b)) + (c - b)
	if err == 0 {
		return s
	}
	// s is even and inexact, so the result is its odd neighbour in the direction of the error.
	if (err > 0) == (s > 0) {
		return math.Float64frombits(bits + 1)
	}
	return math.Float64frombits(bits - 1)
}
