package proof_test

import (
	"math"
	"testing"

	"github.com/lossglass/lossglass/simd/emulate"
)

// The remainder of q = a (1/b) corrects it to the rounded quotient, for all a and b of which that is
// to be shown: those whose quotient is so near to the middle of two numbers that an error of q within
// the bounds that division.go derives might decide. Other quotients are rounded right for that reason.
// The mantissas of a and b are integers A and B of 24 bits; with n = 24 if A >= B, else 25, the middles
// are odd multiples of 1/2, and |2^n A - odd B| < 6.
func TestQuotients(t *testing.T) {
	step := uint64(37)
	if *all {
		step = 1
	}
	tested, corrected := 0, 0
	for odd := uint64(1); odd < 1<<24; odd += 2 * step {
		inverse := odd // modulo 2^64, by Newton's method
		for range 5 {
			inverse *= 2 - odd*inverse
		}
		for twos := range 3 { // B = odd 2^twos, and 2^twos divides the difference
			B := odd << twos
			if B < 1<<23 || B >= 1<<24 {
				continue
			}
			for _, difference := range []int64{-5, -3, -1, 1, 3, 5} {
				if difference<<twos > 5 || difference<<twos < -5 {
					continue
				}
				for _, n := range []int{24, 25} {
					modulus := uint64(1) << (n - twos)
					for middle := uint64(-difference) * inverse % modulus; middle < 1<<25; middle += modulus { // of 25 bits
						A := uint64(int64(middle*B)+difference<<twos) >> n
						if middle < 1<<24 || A < 1<<23 || A >= 1<<24 || (n == 24) != (A >= B) {
							continue
						}
						tested++
						q, got, want := divided(uint32(A), uint32(B))
						if got != want {
							t.Fatalf("%d / %d: %x, want %x", A, B, got, want)
						}
						if q != want {
							corrected++
						}
					}
				}
			}
		}
	}
	if tested < int(5_000_000/step) || corrected < tested/10 {
		t.Errorf("only %d quotients are so near to a middle, and of %d of them the product is another number", tested, corrected)
	}
}

// divided returns A/B by a product, corrected by its remainder, as the kernel does, and by a division.
func divided(A, B uint32) (product, corrected, want float32) {
	a, b := float32(A)/(1<<24), float32(B)/(1<<23)
	bits := func(x float32) uint64 { return uint64(math.Float32bits(x)) }
	y := 1 / b
	q := a * y
	r := emulate.Concrete{}.Ternary(emulate.FNMA32, bits(q), bits(b), bits(a))
	return q, math.Float32frombits(uint32(emulate.Concrete{}.Ternary(emulate.FMA32, r, bits(y), bits(q)))), a / b
}
