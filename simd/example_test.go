package simd_test

import (
	"fmt"

	"github.com/lossglass/lossglass/simd"
)

// A tile of a matrix product, C = A B, by the fastest kernels of this CPU. The result is
// the same bits for every set.
func ExampleDetect() {
	set := simd.Detect()
	a := []float32{1, 2, 3, 4} // 2 x 2
	b := []float32{5, 6, 7, 8} // 2 x 2
	c := make([]float32, 4)    // 2 x 2
	set.Gemm32.Gemm(2, 1, 2, 2, a, 2, 1, b, 2, c, 2, true)
	fmt.Println(c)
	// Output: [19 22 43 50]
}

// What a call of a kernel reads and writes, and how many operations it does.
func ExampleSet_Kernels() {
	set := simd.Generic()
	for _, kernel := range set.Elementwise.Declarations() {
		fmt.Println(kernel.Name, kernel.Params, kernel.Type())
	}
	// Output:
	// Exp [dst src] func([]float32, []float32)
	// Log [dst src] func([]float32, []float32)
	// ReLU [dst src] func([]float32, []float32)
}
