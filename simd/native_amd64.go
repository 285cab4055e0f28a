//go:build amd64 && !purego

package simd

import (
	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
)

// native returns the assembly kernels this CPU can run, the fastest first. Each
// asks for every feature its bodies use.
func native() []*Kernels {
	var all []*Kernels
	if cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX2, cpuid.BMI2, cpuid.FMA3) {
		all = append(all, kernelsAVX512())
	}
	if cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		all = append(all, kernelsAVX2())
	}
	return all
}

func kernelsAVX512() *Kernels {
	return &Kernels{
		Name:          "avx512",
		ImageForward:  avx512.ImageForward,
		ImageStep:     avx512.ImageStep,
		Forward:       avx512.Forward,
		Backward:      avx512.Backward,
		Step:          avx512.Step,
		BiasStep:      avx512.BiasStep,
		SoftmaxGrad:   avx512.SoftmaxGrad,
		LossSum:       avx512.LossSum,
		Exp:           avx512.Exp,
		Log:           avx512.Log,
		ReLU:          avx512.ReLU,
		Peak:          avx512.Peak,
		PeakFlops:     2 * 12 * 16,
		Gemm32:        avx512.Gemm32,
		Gemm64:        avx512.Gemm64,
		GemmRows:      14,
		GemmTallRows:  28,
		GemmCols32:    2 * 16,
		GemmCols64:    2 * 8,
		Panel32:       avx512.Panel32,
		Panel64:       avx512.Panel64,
		Transpose32:   avx512.Transpose32,
		Transpose64:   avx512.Transpose64,
		Interaction64: avx512.Interaction64,
		Field64:       avx512.Field64,
		Symv64:        avx512.Symv64,
	}
}

func kernelsAVX2() *Kernels {
	return &Kernels{
		Name:          "avx2",
		ImageForward:  avx2.ImageForward,
		ImageStep:     avx2.ImageStep,
		Forward:       avx2.Forward,
		Backward:      avx2.Backward,
		Step:          avx2.Step,
		BiasStep:      avx2.BiasStep,
		SoftmaxGrad:   avx2.SoftmaxGrad,
		LossSum:       avx2.LossSum,
		Exp:           avx2.Exp,
		Log:           avx2.Log,
		ReLU:          avx2.ReLU,
		Peak:          avx2.Peak,
		PeakFlops:     2 * 12 * 8,
		Gemm32:        avx2.Gemm32,
		Gemm64:        avx2.Gemm64,
		GemmRows:      6,
		GemmTallRows:  12,
		GemmCols32:    2 * 8,
		GemmCols64:    2 * 4,
		Panel32:       avx2.Panel32,
		Panel64:       avx2.Panel64,
		Transpose32:   avx2.Transpose32,
		Transpose64:   avx2.Transpose64,
		Interaction64: avx2.Interaction64,
		Field64:       avx2.Field64,
		Symv64:        avx2.Symv64,
	}
}
