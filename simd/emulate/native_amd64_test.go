//go:build !purego

package emulate_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/simd/emulate/internal/native"
)

// supported reports whether this CPU can execute a group. It is an error if not,
// and LOSSGLASS_REQUIRE asks for the instruction set.
func supported(t *testing.T, g native.Group) bool {
	isa, has := "avx2", cpuid.CPU.Supports(cpuid.AVX2, cpuid.BMI2, cpuid.FMA3)
	if strings.HasSuffix(g.Name, "512") {
		isa, has = "avx512", has && cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ)
	}
	if !has && slices.Contains(strings.Split(os.Getenv("LOSSGLASS_REQUIRE"), ","), isa) {
		t.Errorf("LOSSGLASS_REQUIRE asks for %s", isa)
	}
	return has
}

// The forms of Lanes512 work on each 256 bits as those of Lanes256 do, which the
// CPU confirms: no CPU with AVX-512 is needed to test them.
func TestWideLanesEqualTheCPU(t *testing.T) {
	narrow, wide := native.Groups[0], native.Groups[1]
	if narrow.Name != "Lanes256" || wide.Name != "Lanes512" || len(forms(t, "Lanes256")) != len(forms(t, "Lanes512")) {
		t.Fatal("the groups of lanes differ")
	}
	if !supported(t, narrow) {
		return
	}
	names := forms(t, "Lanes256")
	emulated := bind(t, wide)
	compare(t, wide, forms(t, "Lanes512"), emulated, func(rows int, dst, a, b, c []uint32) {
		halves := make([]uint32, len(dst))
		narrow.Run(2*rows, halves, a, b, c)
		for i := range dst { // [row][form][half][8] of [row][half][form][8]
			cell, half, form, row := i%8, i/8%2, i/16%len(names), i/16/len(names)
			dst[i] = halves[((row*2+half)*len(names)+form)*8+cell]
		}
	})
}
