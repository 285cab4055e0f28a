package law

import (
	"math"
	"math/big"

	"github.com/lossglass/lossglass/props/reference"
)

// Exact returns the exact elements of the result and how far from them those of any usual
// order of operations may be: for sums of products that of reference.LooseGemmTwin, for nrm2
//
//	(4n + 8) u |x| + sqrt(n eta)
//
// which holds for the sum of squares and for scaled sums (Lawson et al. 1979; Blue 1978). u is
// the unit roundoff, and the last term is the underflow of squares, eta the least positive
// number. An element is nil where something may overflow, or where gemv may also leave y as
// it is because A has no element, as netlib's does.
func (c VectorCall[T]) Exact() (exact, bound []*big.Float) {
	x, n := c.X.Values(), c.X.N
	ld := max(1, n)
	switch c.Operation {
	case OpDot:
		return reference.LooseGemmTwin(false, true, 1, 1, n, 1, x, ld, c.Y.Values(), ld, 0, []T{0}, 1)
	case OpAsum:
		return reference.LooseGemmTwin(false, true, 1, 1, n, 1, absolute(x), ld, onesOf[T](n), ld, 0, []T{0}, 1)
	case OpAxpy:
		return reference.LooseGemmTwin(false, false, n, 1, 1, c.Alpha, x, 1, []T{1}, 1, 1, c.Y.Values(), 1)
	case OpGemv:
		if n == 0 {
			return make([]*big.Float, c.Y.N), make([]*big.Float, c.Y.N)
		}
		return reference.LooseGemmTwin(c.TransA, false, c.Y.N, 1, n, c.Alpha, c.A.Data, c.A.LD, x, 1, c.Beta, c.Y.Values(), 1)
	case OpNrm2:
		norm, off := c.norm()
		squares := new(big.Float).SetFloat64(float64(n))
		squares.Mul(squares, new(big.Float).SetFloat64(float64(least[T]())))
		return []*big.Float{norm}, []*big.Float{off.Add(off, squares.Sqrt(squares))}
	default:
		return []*big.Float{new(big.Float).SetFloat64(float64(first(x)))}, []*big.Float{new(big.Float)}
	}
}

// NormRange returns the exact norm and its bound where squares overflow or underflow, which
// must not matter: (4n + 8) u |x| and the underflow of the result. The norm is nil if it may
// overflow.
func (c VectorCall[T]) NormRange() (exact, bound []*big.Float) {
	norm, off := c.norm()
	largest := big.NewFloat(math.MaxFloat64)
	if _, single := any(T(0)).(float32); single {
		largest = big.NewFloat(math.MaxFloat32)
	}
	if new(big.Float).Add(norm, off).Cmp(largest) >= 0 {
		norm = nil
	}
	return []*big.Float{norm}, []*big.Float{off.Add(off, big.NewFloat(float64(least[T]())))}
}

// norm returns the norm of finite elements, and (4n + 8) u times it.
func (c VectorCall[T]) norm() (norm, off *big.Float) {
	norm = new(big.Float).SetPrec(256)
	for _, x := range c.X.Values() {
		square := new(big.Float).SetPrec(256).SetFloat64(float64(x))
		norm.Add(norm, square.Mul(square, square))
	}
	norm.Sqrt(norm)
	u := float64(unitRoundoff[T]())
	return norm, new(big.Float).Mul(norm, big.NewFloat(float64(4*c.X.N+8)*u))
}

// Specified returns the elements of the result by the specification, that of reference.Gemm
// for sums of products. It is the only result where all sums are exact, whatever the order;
// its NaN and infinities are those of every order. For nrm2 it is only that.
func (c VectorCall[T]) Specified() []T {
	x, n := c.X.Values(), c.X.N
	ld, sum, y := max(1, n), []T{0}, c.Y.Values()
	switch c.Operation {
	case OpDot:
		reference.Gemm(false, true, 1, 1, n, 1, x, ld, y, ld, 0, sum, 1)
		return sum
	case OpAsum:
		reference.Gemm(false, true, 1, 1, n, 1, absolute(x), ld, onesOf[T](n), ld, 0, sum, 1)
		return sum
	case OpAxpy:
		reference.Gemm(false, false, n, 1, 1, c.Alpha, x, 1, []T{1}, 1, 1, y, 1)
		return y
	case OpGemv:
		reference.Gemm(c.TransA, false, c.Y.N, 1, n, c.Alpha, c.A.Data, c.A.LD, x, 1, c.Beta, y, 1)
		return y
	case OpNrm2:
		for _, v := range x {
			switch {
			case v != v:
				return []T{v}
			case v-v != 0:
				sum[0] = T(math.Inf(1))
			}
		}
		return sum
	default:
		return []T{T(first(x))}
	}
}

// first returns the index of the first element with the largest absolute value; one that is
// NaN is larger than all others.
func first[T float32 | float64](x []T) int {
	at := 0
	for i, v := range absolute(x) {
		largest := T(math.Abs(float64(x[at])))
		if largest == largest && (v != v || v > largest) {
			at = i
		}
	}
	return at
}

func absolute[T float32 | float64](x []T) []T {
	y := make([]T, len(x))
	for i := range x {
		y[i] = T(math.Abs(float64(x[i])))
	}
	return y
}

func onesOf[T float32 | float64](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// unitRoundoff returns half of the distance from one to the next number.
func unitRoundoff[T float32 | float64]() T {
	if _, ok := any(T(0)).(float32); ok {
		return 0x1p-24
	}
	return 0x1p-53
}
