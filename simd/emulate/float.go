package emulate

import "math"

// Floating point as both architectures compute it in the state that Go programs
// run in: round to nearest even, exceptions masked, subnormal numbers kept. They
// differ in the NaN that an operation returns:
//
//   - amd64: the first operand that is NaN, made quiet. An invalid operation
//     without NaN operands returns the default NaN, which is negative (Intel SDM
//     volume 1, sections 4.8.3.5 and 14.5.1).
//   - arm64: the first operand that is a signaling NaN, made quiet; if none is, the
//     first that is a quiet NaN; the default NaN is positive. The addend of a fused
//     operation comes first; with one that is a quiet NaN, infinity times zero
//     returns the default NaN (Arm ARM, FPProcessNaNs, FPMulAdd).

const (
	quiet32 = 1 << 22
	quiet64 = 1 << 51
)

func isNaN32(bits uint64) bool { return bits&0x7fffffff > 0x7f800000 }
func isNaN64(bits uint64) bool { return bits&^(1<<63) > 0x7ff<<52 }

func f32(bits uint64) float32 { return math.Float32frombits(uint32(bits)) }
func f64(bits uint64) float64 { return math.Float64frombits(bits) }

// from32 returns the bits of an operation's result, given its operands.
func (d Concrete) from32(result float32, operands ...uint64) uint64 {
	if result == result {
		return uint64(math.Float32bits(result))
	}
	if d.Arm64 {
		for _, x := range operands {
			if isNaN32(x) && x&quiet32 == 0 {
				return x | quiet32
			}
		}
	}
	for _, x := range operands {
		if isNaN32(x) {
			return x | quiet32
		}
	}
	return 0x7fc00000 | d.defaultSign()<<31
}

// from64 is from32 in float64.
func (d Concrete) from64(result float64, operands ...uint64) uint64 {
	if result == result {
		return math.Float64bits(result)
	}
	if d.Arm64 {
		for _, x := range operands {
			if isNaN64(x) && x&quiet64 == 0 {
				return x | quiet64
			}
		}
	}
	for _, x := range operands {
		if isNaN64(x) {
			return x | quiet64
		}
	}
	return 0x7ff8<<48 | d.defaultSign()<<63
}

// defaultSign is the sign of the default NaN.
func (d Concrete) defaultSign() uint64 { return bit(!d.Arm64) }

// fma32 returns a*b + c with one rounding, each term negated if asked.
func (d Concrete) fma32(a, b, c uint64, negateProduct, negateAddend bool) uint64 {
	result := fused32(f32(a), f32(b), f32(c), negateProduct, negateAddend)
	if !d.Arm64 {
		return d.from32(result, a, b, c)
	}
	if negateProduct {
		a ^= 1 << 31
	}
	if product := f32(a) * f32(b); isNaN32(c) && c&quiet32 != 0 && product != product && !isNaN32(a) && !isNaN32(b) {
		return d.from32(product)
	}
	return d.from32(result, c, a, b)
}

// fma64 is fma32 in float64.
func (d Concrete) fma64(a, b, c uint64, negateProduct, negateAddend bool) uint64 {
	result := fused64(f64(a), f64(b), f64(c), negateProduct, negateAddend)
	if !d.Arm64 {
		return d.from64(result, a, b, c)
	}
	if negateProduct {
		a ^= 1 << 63
	}
	if product := f64(a) * f64(b); isNaN64(c) && c&quiet64 != 0 && product != product && !isNaN64(a) && !isNaN64(b) {
		return d.from64(product)
	}
	return d.from64(result, c, a, b)
}

// fused32 returns a*b + c with one rounding, each term negated if asked. The
// product is exact in float64. The sum is rounded to odd, which keeps all that the
// rounding to float32 needs to know (Boldo and Melquiond, IEEE Trans. Computers
// 57, 2008).
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
