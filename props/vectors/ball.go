package vectors

import (
	"math/big"

	"github.com/lossglass/lossglass/props/internal/exact"
	"github.com/lossglass/lossglass/props/law"
)

// A ball contains the exact value of an expression, and what every implementation of it
// computes: all numbers that are no farther than rad from mid, which is the exact value.
//
// The operations below follow the standard model of rounding (Higham, Accuracy and
// Stability of Numerical Algorithms, sections 2.2, 3.1 and 4.2) for float32: with unit
// roundoff u, least subnormal eta and gamma_k = k u / (1 - k u), a number that passes
// through k roundings is off by at most gamma_k of its size and k eta/2 (1 + gamma_k).
// For sums, k is the number of terms, whatever their order. Operands that are balls
// themselves contribute their radii as in interval arithmetic.
type ball struct{ mid, rad *big.Float }

// The unit roundoff and the least subnormal of float32, and what covers the errors of mid,
// relative to it: those of a few operations in 512 bits, or of package exact.
const (
	unit = 0x1p-24
	eta  = 0x1p-149
	own  = 0x1p-390
)

// point returns the ball of one number.
func point[T float32 | float64](x T) ball { return ball{exact.Number(float64(x)), exact.Number(0)} }

// points returns the balls of some numbers.
func points[T float32 | float64](x []T) []ball {
	out := make([]ball, len(x))
	for i, v := range x {
		out[i] = point(v)
	}
	return out
}

func add(x, y *big.Float) *big.Float { return new(big.Float).Add(x, y) }
func mul(x, y *big.Float) *big.Float { return new(big.Float).Mul(x, y) }
func quo(x, y *big.Float) *big.Float { return new(big.Float).Quo(x, y) }
func num(x float64) *big.Float       { return exact.Number(x) }

// size returns a bound on the absolute values in a ball.
func (b ball) size() *big.Float { return add(new(big.Float).Abs(b.mid), b.rad) }

// wider returns a ball whose radius is larger by r.
func (b ball) wider(r *big.Float) ball {
	return ball{b.mid, add(add(b.rad, r), mul(b.size(), num(own)))}
}

// negative returns the ball of -b.
func (b ball) negative() ball { return ball{new(big.Float).Neg(b.mid), b.rad} }

// gamma returns k u / (1 - k u).
func gamma(k int) *big.Float {
	ku := mul(num(float64(k)), num(unit))
	return quo(ku, add(num(1), new(big.Float).Neg(ku)))
}

// rounded returns the ball of what passes through k roundings.
func (b ball) rounded(k int) ball { return b.roundedSum(k, b.size()) }

// roundedSum is rounded for a sum whose terms have absolute values that add up to size.
func (b ball) roundedSum(k int, size *big.Float) ball {
	g := gamma(k)
	underflow := mul(num(float64(k)*eta/2), add(num(1), g))
	return b.wider(add(mul(g, size), underflow))
}

// sum is the sum of the terms, added in any order.
func sum(terms ...ball) ball { return dot(ball{num(0), num(0)}, terms, points(ones(len(terms)))) }

func ones(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// dot is start + sum x_i y_i, added in any order, products rounded or not: 2 n roundings may
// underflow, and each term passes through n+1 of them at most.
func dot(start ball, x, y []ball) ball {
	out, size := ball{add(start.mid, num(0)), add(start.rad, num(0))}, start.size()
	for i := range x {
		a, b := x[i], y[i]
		out.mid.Add(out.mid, mul(a.mid, b.mid))
		out.rad.Add(out.rad, add(mul(a.size(), b.rad), mul(new(big.Float).Abs(b.mid), a.rad)))
		size = add(size, mul(a.size(), b.size()))
	}
	out = out.wider(mul(size, num(own)))
	out = out.roundedSum(len(x)+1, size)
	return out.wider(num(2 * float64(len(x)) * eta))
}

// divided is b / c for a c of positive numbers, by a division or by a product with the
// reciprocal.
func (b ball) divided(c ball) ball {
	q := quo(b.mid, c.mid)
	least := add(c.mid, new(big.Float).Neg(c.rad))
	off := quo(add(b.rad, mul(new(big.Float).Abs(q), c.rad)), least)
	return ball{q, off}.rounded(2)
}

// exp is e**b by a function with an error of at most law.LooseUlp units in the last place.
func (b ball) exp() ball {
	if b.rad.Cmp(num(1)) >= 0 {
		panic("vectors: exp of a number that is not known to one")
	}
	mid := exact.Exp(b.mid)
	drift := quo(b.rad, add(num(1), new(big.Float).Neg(b.rad))) // e**r - 1 <= r/(1-r)
	return ball{mid, mul(mid, drift)}.looseUlps()
}

// log is the logarithm of b, whose numbers are positive, by a function with an error of at
// most law.LooseUlp units in the last place.
func (b ball) log() ball {
	least := add(b.mid, new(big.Float).Neg(b.rad))
	return ball{exact.Log(b.mid), quo(b.rad, least)}.looseUlps()
}

// looseUlps returns the ball of what has an error of at most law.LooseUlp units in the
// last place, each at most 2u of the value, or eta.
func (b ball) looseUlps() ball {
	return b.wider(add(mul(num(law.LooseUlp*2*unit), b.size()), num(law.LooseUlp*eta)))
}

// rectified is max(b, 0), which is no farther from its exact value than b.
func (b ball) rectified() ball {
	if b.mid.Sign() < 0 {
		return ball{num(0), b.rad}
	}
	return b
}

// gated is b where z > 0, else 0; or anything between where the sign of z is uncertain.
func (b ball) gated(z ball) ball {
	switch size := new(big.Float).Abs(z.mid); {
	case size.Cmp(z.rad) <= 0:
		exactly := b.mid
		if z.mid.Sign() <= 0 {
			exactly = num(0)
		}
		return ball{exactly, b.size()}
	case z.mid.Sign() > 0:
		return b
	}
	return point(0.0)
}
