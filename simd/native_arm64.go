//go:build arm64 && !purego

package simd

import (
	"github.com/lossglass/lossglass/simd/blocks"
	"github.com/lossglass/lossglass/simd/neon"
)

// native returns the assembly kernels. Every arm64 CPU has NEON.
func native() []*Set {
	return []*Set{{"neon", neon.NetworkKernels(), neon.GemmKernels32(), neon.GemmKernels64(),
		neon.GlassKernels(), neon.ElementwiseKernels(), neon.ProbeKernels(), blocks.NEON}}
}
