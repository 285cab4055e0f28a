// Package generic holds the kernels of package simd in portable Go. It is the
// executable specification of every assembly kernel, and what CPUs without one
// run. It is written to be exact on every GOARCH, not to be fast.
package generic

import "math"

// fma returns x*y + z with one rounding.
//
// In float32, the product of two is exact in float64. Rounding its sum with z to
// float64 and then to float32 is one rounding too many only where the float64 sum
// is inexact and lies on a midpoint between two float32, or below the normal
// float32, where midpoints have other bits. There the sum is rounded to odd
// first: the error of the sum (TwoSum) tells in which direction (Boldo and
// Melquiond, IEEE Trans. Computers 57, 2008).
func fma[T float](x, y, z T) T {
	if is64[T]() {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	bits := math.Float64bits(s)
	// The low 29 bits of a float64 are those that a normal float32 lacks.
	const dropped, midpoint = 1<<29 - 1, 1 << 28
	if bits&dropped == midpoint || (s < 0x1p-126 && s > -0x1p-126 && bits&dropped != 0) {
		s = roundToOdd(p, c, s)
	}
	return T(float32(s))
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
	// s is even and inexact: its odd neighbour on the error's side is the answer.
	if (err > 0) == (s > 0) {
		return math.Float64frombits(bits + 1)
	}
	return math.Float64frombits(bits - 1)
}
