package simd_test

import (
	"math"
	"slices"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/network"
)

// The quotient of SoftmaxGrad is rounded correctly. With AVX-512 it is computed without a
// division, and once was an ulp too large for two classes whose logits differ by 6.
func TestSoftmaxGradRoundsQuotients(t *testing.T) {
	t.Parallel()
	const samples = 100
	z := make([]float32, samples*network.Row)
	labels := make([]uint32, samples)
	for s := range samples {
		for lane := range network.Lanes {
			z[s*network.Row+lane] = 2
			z[s*network.Row+network.Lanes+lane] = -4 - float32(s*network.Lanes+lane)/256
		}
	}
	want := slices.Clone(z)
	simd.Generic().Network.SoftmaxGrad(want, labels, 2, len(z))
	if quotient := math.Float32bits(want[network.Lanes]); quotient != 0x3b220bbb {
		t.Fatalf("exp(-6) / (1 + exp(-6)) = %#08x", quotient)
	}
	for _, set := range append(simd.Native(), emulatedSets(t)...) {
		got := slices.Clone(z)
		set.Network.SoftmaxGrad(got, labels, 2, len(z))
		for i := range got {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Errorf("%s: z[%d] = %x, want %x", set.Name, i, got[i], want[i])
			}
		}
	}
}
