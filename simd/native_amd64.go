//go:build amd64 && !purego

package simd

import (
	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
	"github.com/lossglass/lossglass/simd/blocks"
)

// native returns the assembly kernels that this CPU can run, the fastest first. Every
// feature that a set's kernels use is asked for.
func native() []*Set {
	var sets []*Set
	if cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX2, cpuid.BMI2, cpuid.FMA3) {
		sets = append(sets, &Set{"avx512", avx512.NetworkKernels(), avx512.GemmKernels32(), avx512.GemmKernels64(),
			avx512.GlassKernels(), avx512.ElementwiseKernels(), avx512.ProbeKernels(), blocks.AVX512.ForL2(cpuid.CPU.Cache.L2)})
	}
	if cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		sets = append(sets, &Set{"avx2", avx2.NetworkKernels(), avx2.GemmKernels32(), avx2.GemmKernels64(),
			avx2.GlassKernels(), avx2.ElementwiseKernels(), avx2.ProbeKernels(), blocks.AVX2.ForL2(cpuid.CPU.Cache.L2)})
	}
	return sets
}
