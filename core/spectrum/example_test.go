package spectrum_test

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/spectrum"
	"github.com/lossglass/lossglass/simd"
)

// The eigenvalues of this matrix are -1, 1 and 3.
func Example() {
	a := []float64{
		1, 2, 0,
		2, 1, 0,
		0, 0, 1,
	}
	const n = 3
	below, err := spectrum.CountBelow(context.Background(), simd.Detect(), a, n, -1e-3, 1)
	if err != nil {
		panic(err)
	}
	smallest, largest, err := spectrum.Extremes(context.Background(), spectrum.Dense(a, n), n, n, 1)
	if err != nil {
		panic(err)
	}
	fmt.Printf("index %d, ambiguous %d\n", below.Below, below.Ambiguous)
	fmt.Printf("from %.4f to %.4f\n", smallest.Value, largest.Value)
	// Output:
	// index 1, ambiguous 0
	// from -1.0000 to 3.0000
}
