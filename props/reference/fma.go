package reference

import (
	"math"
	"math/big"
)

// Fma32 returns a*b + c rounded once, to nearest even: IEEE-754's
// fusedMultiplyAdd for float32, with subnormals, signed zeros, Inf and NaN.
//
// It takes the float64 sum where that provably rounds to the same float32, and
// exact arithmetic of math/big elsewhere. Simply rounding math.FMA to float32
// would round twice, which is wrong where the first rounding lands on a
// midpoint of two float32 (Boldo and Melquiond, "Emulation of FMA and
// Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd", IEEE
// Transactions on Computers 57(4), 2008).
func Fma32(a, b, c float32) float32 {
	// The product of two 24-bit significands has at most 48 bits and an
	// exponent far inside float64's range, so it is exact.
	sum := float64(float64(a)*float64(b)) + float64(c)

	// Float64 sums do not underflow and these cannot overflow. A zero is thus
	// the exact sum and has the sign IEEE-754 gives it; Inf and NaN come from
	// the operands, by the same rules in both formats.
	if sum == 0 || math.IsInf(sum, 0) || math.IsNaN(sum) {
		return float32(sum)
	}

	// The exact sum lies between the two neighbours of its rounding. Rounding
	// to float32 is monotone: where both neighbours round to one float32, so
	// does every number between them.
	bits := math.Float64bits(sum)
	towardsZero := float32(math.Float64frombits(bits - 1))
	awayFromZero := float32(math.Float64frombits(bits + 1))
	if towardsZero == awayFromZero {
		return towardsZero
	}
	return bigFma(a, b, c)
}

// bigFma is Fma32 for finite operands whose exact a*b + c is not zero.
func bigFma(a, b, c float32) float32 {
	// Every operand and the sum are multiples of 2^-298 below 2^257: 555 bits
	// hold all of them, so that Float32 rounds first and only.
	const exact = 576
	product := new(big.Float).SetPrec(exact).SetFloat64(float64(a))
	product.Mul(product, big.NewFloat(float64(b)))
	sum, _ := product.Add(product, big.NewFloat(float64(c))).Float32()
	return sum
}
