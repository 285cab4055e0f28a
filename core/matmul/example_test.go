package matmul_test

import (
	"fmt"

	"github.com/lossglass/lossglass/core/matmul"
	"github.com/lossglass/lossglass/simd"
)

// Multiply a 2 x 3 matrix by the transpose of another one, on one thread.
func Example() {
	a := []float32{
		1, 2, 3,
		4, 5, 6,
	}
	b := []float32{
		1, 0, 1,
		0, 1, 0,
	}
	c := make([]float32, 2*2)
	const m, n, k = 2, 2, 3
	matmul.Gemm32(simd.Detect(), false, true, m, n, k, 1, a, k, b, k, 0, c, n, 1)
	fmt.Println(c[:2])
	fmt.Println(c[2:])
	// Output:
	// [4 2]
	// [10 5]
}
