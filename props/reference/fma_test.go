package reference

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

var (
	inf     = float32(math.Inf(1))
	nan     = float32(math.NaN())
	negZero = float32(math.Copysign(0, -1))
)

// same reports whether x and y are the same bits, or both NaN.
func same(x, y float32) bool {
	return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
}

func TestFma32KnownCases(t *testing.T) {
	const (
		up   = 1 + 0x1p-23 // up * down = 1 - 2**-46
		down = 1 - 0x1p-23
		tiny = 0x1p-149
		huge = math.MaxFloat32
	)
	tests := []struct {
		name          string
		a, b, c, want float32
		doubleRounds  bool // float32(math.FMA()) is wrong
	}{
		{"small integers", 3, 5, -7, 8, false},
		{"just below a midpoint", up * 0x1p-24, down, up, up, true},
		{"just above a midpoint", -up * 0x1p-24, down, up, up, true},
		{"negative, just below a midpoint", -up * 0x1p-24, down, -up, -up, true},
		{"on a midpoint, even below", 0x1p-12, 0x1p-12, 1, 1, false},
		{"on a midpoint, even above", 0x1p-12, 0x1p-12, up, 1 + 0x1p-22, false},
		{"product on a midpoint, least c above", 1 + 0x1p-12, 1 + 0x1p-12, tiny, 1 + 0x1p-11 + 0x1p-23, true},
		{"product on a midpoint, least c below", 1 + 0x3p-12, 1 + 0x1p-12, -tiny, 1 + 0x1p-10 + 0x1p-23, true},
		{"large product on a midpoint, least c", 0x1p63 + 0x1p51, 0x1p63 + 0x1p51, tiny, 0x1p126 + 0x1p115 + 0x1p103, true},
		{"product far below the sum", 0x1p-100, 0x1p-100, up, up, false},
		{"sum far below the product", 3, 5, 0x1p-140, 15, false},
		{"cancellation leaves the product's low bits", up, down, -1, -0x1p-46, false},
		{"no overflow of the product alone", huge, 2, -huge, huge, false},

		{"subnormal midpoint, even below", 0x1p-75, 0x1p-75, 0, 0, false},
		{"subnormal midpoint, even above", 0x1p-75, 0x1p-75, tiny, 2 * tiny, false},
		{"above half the least subnormal", up * 0x1p-75, 0x1p-75, 0, tiny, false},
		{"subnormal, just below a midpoint", up * 0x1p-75, down * 0x1p-75, 0x1p-130 + tiny, 0x1p-130 + tiny, true},
		{"largest subnormal rounds up to normal", 0x1p-75, 0x1p-75, 0x1p-126 - tiny, 0x1p-126, false},
		{"underflow keeps the sign", -0x1p-100, 0x1p-100, 0, negZero, false},
		{"underflow to +0 over -0", 0x1p-100, 0x1p-100, negZero, 0, false},

		{"just below the overflow border", up * 0x1p52, down * 0x1p51, huge, huge, true},
		{"on the overflow border", 0x1p52, 0x1p51, huge, inf, false},
		{"product overflows", huge, -huge, huge, -inf, false},

		{"x - x", 1, 1, -1, 0, false},
		{"-x + x", -1, 1, 1, 0, false},
		{"+0 + +0", 0, 1, 0, 0, false},
		{"+0 + -0", 0, 1, negZero, 0, false},
		{"-0 + +0", negZero, 1, 0, 0, false},
		{"-0 + -0", 0, -1, negZero, negZero, false},

		{"Inf", inf, -2, 5, -inf, false},
		{"Inf - Inf", inf, 1, -inf, nan, false},
		{"0 Inf", 0, inf, 1, nan, false},
		{"c is Inf", huge, huge, -inf, -inf, false},
		{"a is NaN", nan, 0, 0, nan, false},
		{"b is NaN", inf, nan, 0, nan, false},
		{"c is NaN", 0, 0, nan, nan, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, ab := range [][2]float32{{test.a, test.b}, {test.b, test.a}} {
				if got := Fma32(ab[0], ab[1], test.c); !same(got, test.want) {
					t.Errorf("Fma32(%x, %x, %x) = %x, want %x", ab[0], ab[1], test.c, got, test.want)
				}
			}
			naive := float32(math.FMA(float64(test.a), float64(test.b), float64(test.c)))
			if wrong := !same(naive, test.want); wrong != test.doubleRounds {
				t.Errorf("float32(math.FMA()) = %x: wrong %t, want %t", naive, wrong, test.doubleRounds)
			}
		})
	}
}

// ratFma computes a*b + c in rational arithmetic and rounds that.
func ratFma(a, b, c float32) float32 {
	rat := func(x float32) *big.Rat { return new(big.Rat).SetFloat64(float64(x)) }
	if rat(a) == nil || rat(b) == nil || rat(c) == nil {
		return float32(float64(a)*float64(b) + float64(c)) // Inf and NaN
	}
	exact := new(big.Rat).Mul(rat(a), rat(b))
	exact.Add(exact, rat(c))
	if exact.Sign() == 0 { // a rational has no -0
		return float32(float64(a)*float64(b)) + c
	}
	sum, _ := exact.Float32()
	if sum == 0 && exact.Sign() < 0 {
		return negZero
	}
	return sum
}

// anyFloat32 draws from all bit patterns, the awkward ones often.
func anyFloat32() *rapid.Generator[float32] {
	return rapid.Custom(func(t *rapid.T) float32 {
		significand := rapid.OneOf(
			rapid.SampledFrom([]uint32{0, 1, 2, 0x400000, 0x7FFFFE, 0x7FFFFF}),
			rapid.Uint32Range(0, 0x7FFFFF),
		).Draw(t, "significand")
		exponent := rapid.OneOf(
			rapid.Uint32Range(100, 154),
			rapid.SampledFrom([]uint32{0, 1, 2, 253, 254, 255}),
			rapid.Uint32Range(0, 255),
		).Draw(t, "exponent")
		sign := rapid.Uint32Range(0, 1).Draw(t, "sign")
		return math.Float32frombits(sign<<31 | exponent<<23 | significand)
	})
}

func TestFma32EqualsRationalArithmetic(t *testing.T) {
	const triples = 200 // in each of rapid's draws
	rapid.Check(t, func(t *rapid.T) {
		for range triples {
			a := anyFloat32().Draw(t, "a")
			b := anyFloat32().Draw(t, "b")
			c := rapid.OneOf(
				anyFloat32(),
				rapid.Just(float32(-(a*b))), // cancels all but the rounding
				rapid.Map(rapid.IntRange(-60, 60), func(shift int) float32 {
					return float32(math.Ldexp(float64(a), shift)) * b
				}),
			).Draw(t, "c")
			if got, want := Fma32(a, b, c), ratFma(a, b, c); !same(got, want) {
				t.Fatalf("Fma32(%x, %x, %x) = %x, want %x", a, b, c, got, want)
			}
		}
	})
}
