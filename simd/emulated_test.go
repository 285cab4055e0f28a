package simd_test

import (
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// emulatedSets returns the kernels of every instruction set, carried out in the
// emulator, whatever this CPU has.
func emulatedSets(t *testing.T) []*simd.Set {
	t.Helper()
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

// The assembly of every instruction set obeys the laws of results in the emulator,
// whatever CPU this is.
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
			set.Probe.FMA(3)
		})
	}
}
