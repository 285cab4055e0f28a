// Package exact evaluates exp and log to far more digits than a float64 has: the values
// that approximations are compared with. The result is the same on every machine.
package exact

import (
	"fmt"
	"math"
	"math/big"
)

// precision is that of all intermediate results, in bits.
const precision = 512

// ErrorExponent says how accurate the results are: the relative error of Exp, and the
// absolute error of Log, is less than 2^ErrorExponent.
const ErrorExponent = -400

// Number returns x as a number to calculate with. It panics if x is NaN.
func Number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// Exp returns e**x, for |x| < 2^12; it panics beyond.
func Exp(x *big.Float) *big.Float {
	const small, largest = -30, 12
	e := x.MantExp(nil) // |x| < 2^e
	if e > largest {
		panic(fmt.Sprintf("exact: exp(%v)", x))
	}
	// e**x = (e**r)**(2^halvings) with |r| < 2^-30. Each squaring doubles the relative
	// error: of the 512 bits, at most 42 and a few of the series are lost.
	halvings := max(0, e-small)
	r := new(big.Float).SetPrec(precision).SetMantExp(x, -halvings)
	sum, term := Number(1), Number(1)
	for k := 1; k <= 18; k++ { // 2^(-30*19) / 19! is below 2^-512
		term.Mul(term, r).Quo(term, Number(float64(k)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// Log returns the natural logarithm of x > 0, for |log x| < 2^11; it panics otherwise.
func Log(x *big.Float) *big.Float {
	if x.Sign() <= 0 {
		panic(fmt.Sprintf("exact: log(%v)", x))
	}
	// From an approximation y, Halley's step y + 2 (x - e^y)/(x + e^y) triples the
	// correct digits: from the first ten or more, five steps reach more than 2000.
	mantissa := new(big.Float)
	e := x.MantExp(mantissa)
	m, _ := mantissa.Float64()
	y := Number(float64(e) * math.Ln2)
	y.Add(y, Number(math.Log(m)))
	for range 5 {
		power := Exp(y)
		step := new(big.Float).Sub(x, power)
		step.Mul(step, Number(2)).Quo(step, power.Add(power, x))
		y.Add(y, step)
	}
	return y
}
