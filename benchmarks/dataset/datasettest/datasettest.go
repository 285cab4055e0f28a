// Package datasettest generates small data sets for the tests of packages that use
// package dataset.
package datasettest

import (
	"math/rand/v2"

	"github.com/lossglass/lossglass/benchmarks/dataset"
)

// Random returns sparse random images with random labels. Calls with the same numbers of
// images return the same images.
func Random(train, test int) *dataset.Data {
	rng := rand.New(rand.NewPCG(1, 2))
	set := func(n int) dataset.Set {
		s := dataset.Set{Pixels: make([]float32, n*dataset.Size), Labels: make([]uint8, n)}
		for i := range s.Pixels {
			if rng.IntN(3) == 0 {
				s.Pixels[i] = rng.Float32() + 0x1p-20
			}
		}
		for i := range s.Labels {
			s.Labels[i] = uint8(rng.IntN(dataset.Classes))
		}
		return s
	}
	return &dataset.Data{Train: set(train), Test: set(test), Source: "any", Digest: "d1"}
}
