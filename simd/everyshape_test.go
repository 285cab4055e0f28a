package simd_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lossglass/lossglass/props/proof"
	"github.com/lossglass/lossglass/simd"
)

// The drawn calls of TestKernels come near every line of the assembly, and this test at each: it
// calls every kernel with every shape of package proof that does not take long, on this CPU with data of every
// kind and in the emulator with some of them. Products have TestGemmEveryTile.
func TestEveryShape(t *testing.T) {
	for _, set := range simd.Native() {
		everyShape(t, set, set.Name, func(int) []proof.Data { return []proof.Data{proof.Ordinary, proof.Special, proof.Fragile} })
	}
	if testing.Short() {
		return // the emulator is the same on every CPU
	}
	for _, set := range emulatedSets(t) {
		everyShape(t, set, set.Name+" emulated", proof.Few)
	}
}

func everyShape(t *testing.T, set *simd.Set, name string, data func(n int) []proof.Data) {
	for i, specification := range set.Specification().Kernels() {
		kernel := set.Kernels()[i]
		if kernel.Name == "Gemm32" || kernel.Name == "Gemm64" {
			continue
		}
		t.Run(name+"/"+kernel.Name, func(t *testing.T) {
			t.Parallel()
			for n, s := range proof.QuickShapes(set, kernel) {
				if testing.Short() && n%5 != 0 {
					continue
				}
				random := rand.New(rand.NewPCG(1, uint64(n))) // so that each shape has the same data wherever it is tested
				for _, data := range data(n) {
					if err := s.Compare(kernel.Func(), specification.Func(), random, data); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}
