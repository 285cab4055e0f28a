package main

import (
	"math"
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// Each reason is about mutants that exist.
func TestReasonsAreUsed(t *testing.T) {
	o, err := parseOptions(nil)
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := choose(o)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]int{}
	for _, m := range chosen {
		if why := reason(m); why != "" {
			used[why]++
		}
	}
	for _, r := range reasons {
		if n := used[r.why]; n < 1 || n > 9 {
			t.Errorf("%d mutants: %s", n, r.why)
		}
	}
}

// 2^n by halves and by quarters of n scales a number to the same one, for all n that Exp has, and the
// numbers about 1 that it scales.
func TestExponentInOtherParts(t *testing.T) {
	power := func(n int) float32 { return math.Float32frombits(uint32(n+127) << 23) }
	for n := -151; n <= 128; n++ {
		for p := float32(0.70); p < 1.42; p += 0x1.1p-9 {
			if got, want := p*power(n>>2)*power(n-n>>2), p*power(n>>1)*power(n-n>>1); got != want {
				t.Fatalf("%x 2^%d: %x, want %x", p, n, got, want)
			}
		}
	}
}

// The largest subnormal number and the smallest normal one have the same logarithm.
func TestLogarithmsAtTheSmallestNormalNumber(t *testing.T) {
	x := []float32{0x1p-126 - 0x1p-149, 0x1p-126, 15: 1}
	y := make([]float32, 16)
	simd.Generic().Elementwise.Log(y, x)
	if y[0] != y[1] {
		t.Errorf("the logarithms of the largest subnormal number and of 2^-126 differ: %x, %x", y[0], y[1])
	}
}
