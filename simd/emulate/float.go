package emulate

import "math"

// Floating point as the SSE, AVX and FMA instructions compute it with the default
// MXCSR: round to nearest even, exceptions masked, subnormal numbers kept. An
// operation with NaN operands returns the first of them, made quiet; an invalid
// operation without NaN operands returns the default NaN, which is negative
// (Intel SDM volume 1, sections 4.8.3.5 and 14.5.1).

const (
	defaultNaN32, quiet32 = 0xffc00000, 1 << 22
	defaultNaN64, quiet64 = 0xfff8000000000000, 1 << 51
)

func isNaN32(bits uint64) bool { return bits&0x7fffffff > 0x7f800000 }
func isNaN64(bits uint64) bool { return bits&^(1<<63) > 0x7ff<<52 }

func f32(bits uint64) float32 { return math.Float32frombits(uint32(bits)) }
func f64(bits uint64) float64 { return math.Float64frombits(bits) }

// from32 returns the bits of an operation's result, given its operands.
func from32(result float32, operands ...uint64) uint64 {
	for _, x := range operands {
		if isNaN32(x) {
			return x | quiet32
		}
	}
	if result != result {
		return defaultNaN32
	}
	return uint64(math.Float32bits(result))
}

// from64 is from32 in float64.
func from64(result float64, operands ...uint64) uint64 {
	for _, x := range operands {
		if isNaN64(x) {
			return x | quiet64
		}
	}
	if result != result {
		return defaultNaN64
	}
	return math.Float64bits(result)
}

// fused32 returns a*b + c with one rounding, each term negated if asked, for
// operands that are no NaN. The product is exact in float64. The sum is rounded to
// odd, which keeps all that the rounding to float32 needs to know (Boldo and
// Melquiond, IEEE Trans. Computers 57, 2008).
func fused32(a, b, c float32, negateProduct, negateAddend bool) float32 {
	p, z := float64(a)*float64(b), float64(c)
	if negateProduct {
		p = -p
	}
	if negateAddend {
		z = -z
	}
	s := p + z
	if s != s || math.IsInf(s, 0) {
		return float32(s)
	}
	high := s - p // TwoSum: rest is exactly p + z - s
	rest := (p - (s - high)) + (z - high)
	if bits := math.Float64bits(s); rest != 0 && bits&1 == 0 {
		if (rest > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return float32(s)
}

// fused64 is fused32 in float64.
func fused64(a, b, c float64, negateProduct, negateAddend bool) float64 {
	if negateProduct {
		a = -a
	}
	if negateAddend {
		c = -c
	}
	return math.FMA(a, b, c)
}

// extreme32 is MINPS and MAXPS: a if it compares so, else b, bit for bit.
func extreme32(a, b uint64, greater bool) uint64 {
	x, y := f32(a), f32(b)
	if greater && x > y || !greater && x < y {
		return a
	}
	return b
}

// extreme64 is extreme32 in float64.
func extreme64(a, b uint64, greater bool) uint64 {
	x, y := f64(a), f64(b)
	if greater && x > y || !greater && x < y {
		return a
	}
	return b
}

// double returns a float32 as a float64, exactly; a NaN becomes quiet and keeps
// its sign and payload.
func double(bits uint64) uint64 {
	if isNaN32(bits) {
		return bits>>31<<63 | 0x7ff<<52 | bits&(1<<23-1)<<29 | quiet64
	}
	return math.Float64bits(float64(f32(bits)))
}
