package simd_test

import (
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// TestGemmEveryTile calls Gemm with every size of a tile, on this CPU and in the emulator.
func TestGemmEveryTile(t *testing.T) {
	for _, set := range simd.Native() {
		everyTile(t, set, 1)
	}
	for _, set := range emulatedSets(t) {
		step := kerneltest.TileStep(set.Name)
		set.Name += " emulated"
		everyTile(t, set, step)
	}
}

func everyTile(t *testing.T, set *simd.Set, colsApart int) {
	specification := set.Specification()
	t.Run(set.Name+"/float32", func(t *testing.T) {
		if err := kerneltest.EveryTile(set.Gemm32, specification.Gemm32, colsApart); err != nil {
			t.Error(err)
		}
	})
	t.Run(set.Name+"/float64", func(t *testing.T) {
		if err := kerneltest.EveryTile(set.Gemm64, specification.Gemm64, colsApart); err != nil {
			t.Error(err)
		}
	})
}
