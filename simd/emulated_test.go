package simd_test

import (
	"os"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// emulated returns the kernels of an instruction set, carried out in the emulator.
func emulated(t *testing.T, set simd.Set) *simd.Set {
	t.Helper()
	p, err := emulate.Load(os.DirFS(set.Name), "*_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	for _, kernel := range set.Kernels() {
		f, err := p.Func(kernel.Name, kernel.Type())
		if err != nil {
			t.Fatal(err)
		}
		kernel.Replace(f)
	}
	return &set
}

// emulatedSets returns the kernels of every instruction set of amd64, carried out in
// the emulator, whatever this CPU has.
func emulatedSets(t *testing.T) []*simd.Set {
	return []*simd.Set{
		emulated(t, simd.Set{Name: "avx2", Glass: glass.Kernels{Rows: avx2.Rows, Cols: avx2.Cols64},
			Gemm32: gemm.Kernels[float32]{Rows: avx2.Rows, TallRows: avx2.TallRows, Cols: avx2.Cols32},
			Gemm64: gemm.Kernels[float64]{Rows: avx2.Rows, TallRows: avx2.TallRows, Cols: avx2.Cols64}}),
		emulated(t, simd.Set{Name: "avx512", Glass: glass.Kernels{Rows: avx512.Rows, Cols: avx512.Cols64},
			Gemm32: gemm.Kernels[float32]{Rows: avx512.Rows, TallRows: avx512.TallRows, Cols: avx512.Cols32},
			Gemm64: gemm.Kernels[float64]{Rows: avx512.Rows, TallRows: avx512.TallRows, Cols: avx512.Cols64}}),
	}
}

// The assembly of every instruction set of amd64 obeys the laws in the emulator, whatever this CPU has.
func TestEmulatedKernels(t *testing.T) {
	for _, set := range emulatedSets(t) {
		t.Run(set.Name, func(t *testing.T) {
			for _, kernel := range kerneltest.Kernels(set) {
				t.Run(kernel.Name, func(t *testing.T) {
					for _, p := range kerneltest.Properties(set, kernel) {
						p.MinimumShares = nil
						if p.Name == "equals-specification" || p.Name == "padding" {
							law.Run(t, []law.Property{p})
						}
					}
				})
			}
		})
	}
}
