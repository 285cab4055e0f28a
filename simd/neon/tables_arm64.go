//go:build arm64 && !purego

package neon

import (
	"github.com/lossglass/lossglass/simd/elementwise"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/network"
	"github.com/lossglass/lossglass/simd/probe"
)

// NetworkKernels returns the kernels of package network.
func NetworkKernels() network.Kernels[float32] {
	return network.Kernels[float32]{
		ImageForward: ImageForward,
		ImageStep:    ImageStep,
		Forward:      Forward,
		Backward:     Backward,
		Step:         Step,
		BiasStep:     BiasStep,
		SoftmaxGrad:  SoftmaxGrad,
		LossSum:      LossSum,
	}
}

// GemmKernels32 returns the kernels of package gemm in float32.
func GemmKernels32() gemm.Kernels[float32] {
	return gemm.Kernels[float32]{Rows: Rows, TallRows: TallRows, Cols: Cols32, Gemm: Gemm32, Panel: Panel32, Transpose: Transpose32}
}

// GemmKernels64 returns the kernels of package gemm in float64.
func GemmKernels64() gemm.Kernels[float64] {
	return gemm.Kernels[float64]{Rows: Rows, TallRows: TallRows, Cols: Cols64, Gemm: Gemm64, Panel: Panel64, Transpose: Transpose64}
}

// GlassKernels returns the kernels of package glass.
func GlassKernels() glass.Kernels {
	return glass.Kernels{Rows: Rows, Cols: Cols64, Interaction: Interaction64, Field: Field64, Symv: Symv64}
}

// ElementwiseKernels returns the kernels of package elementwise.
func ElementwiseKernels() elementwise.Kernels[float32] {
	return elementwise.Kernels[float32]{Exp: Exp, Log: Log, ReLU: ReLU}
}

// ProbeKernels returns the kernels of package probe.
func ProbeKernels() probe.Kernels { return probe.Kernels{FMA: Peak, FMAFlops: PeakFlops} }
