package simd

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/simd/generic"
)

// Generic returns the portable kernels, which every CPU runs.
func Generic() *Kernels {
	return &Kernels{
		Name:          "generic",
		ImageForward:  generic.ImageForward[float32],
		ImageStep:     generic.ImageStep[float32],
		Forward:       generic.Forward[float32],
		Backward:      generic.Backward[float32],
		Step:          generic.Step[float32],
		BiasStep:      generic.BiasStep[float32],
		SoftmaxGrad:   generic.SoftmaxGrad[float32],
		LossSum:       generic.LossSum[float32],
		Exp:           generic.Exp,
		Log:           generic.Log,
		ReLU:          generic.ReLU[float32],
		Peak:          generic.Peak,
		PeakFlops:     2 * 12,
		Gemm32:        generic.Gemm32,
		Gemm64:        generic.Gemm64,
		GemmRows:      generic.GemmRows,
		GemmCols32:    generic.GemmCols32,
		GemmCols64:    generic.GemmCols64,
		Panel32:       generic.Panel32,
		Panel64:       generic.Panel64,
		Transpose32:   generic.Transpose32,
		Transpose64:   generic.Transpose64,
		Interaction64: generic.Interaction64,
		Field64:       generic.Field64,
		Symv64:        generic.Symv64,
	}
}

// Available returns the kernels this CPU can run, the fastest first.
func Available() []*Kernels {
	all := native()
	for i, k := range all {
		all[i] = watched(k)
	}
	return append(all, Generic())
}

// Detect returns the fastest kernels this CPU can run.
func Detect() *Kernels { return Available()[0] }

// ByName returns the kernels of the named instruction set, or an error that
// names those this CPU has.
func ByName(name string) (*Kernels, error) {
	var names []string
	for _, k := range Available() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return nil, fmt.Errorf("no kernels %q on this CPU; it has %s", name, strings.Join(names, ", "))
}
