package simd_test

import (
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/gemm"
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
	t.Run(set.Name+"/float32", func(t *testing.T) { compareTiles(t, set.Gemm32, specification.Gemm32, colsApart) })
	t.Run(set.Name+"/float64", func(t *testing.T) { compareTiles(t, set.Gemm64, specification.Gemm64, colsApart) })
}

func compareTiles[T float32 | float64](t *testing.T, kernels, specification gemm.Kernels[T], colsApart int) {
	for tile := range kerneltest.Tiles(kernels, colsApart) {
		if err := kerneltest.CompareTile(tile, kernels, specification); err != nil {
			t.Fatal(err)
		}
	}
}
