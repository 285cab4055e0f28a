//go:build arm64 && !purego

package simd

import "github.com/lossglass/lossglass/simd/neon"

// native returns the assembly kernels: every arm64 CPU has NEON.
func native() []*Kernels {
	return []*Kernels{{
		Name:          "neon",
		ImageForward:  neon.ImageForward,
		ImageStep:     neon.ImageStep,
		Forward:       neon.Forward,
		Backward:      neon.Backward,
		Step:          neon.Step,
		BiasStep:      neon.BiasStep,
		SoftmaxGrad:   neon.SoftmaxGrad,
		LossSum:       neon.LossSum,
		Exp:           neon.Exp,
		Log:           neon.Log,
		ReLU:          neon.ReLU,
		Peak:          neon.Peak,
		PeakFlops:     2 * 24 * 4,
		Gemm32:        neon.Gemm32,
		Gemm64:        neon.Gemm64,
		GemmRows:      6,
		GemmCols32:    4 * 4,
		GemmCols64:    4 * 2,
		Panel32:       neon.Panel32,
		Panel64:       neon.Panel64,
		Transpose32:   neon.Transpose32,
		Transpose64:   neon.Transpose64,
		Interaction64: neon.Interaction64,
		Field64:       neon.Field64,
		Symv64:        neon.Symv64,
	}}
}
