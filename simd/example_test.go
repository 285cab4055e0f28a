package simd_test

import (
	"fmt"
	"reflect"

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

// What a call of a kernel reads and writes: Panel copies two rows of 32 numbers, which are
// 40 apart, next to each other.
func ExampleSet_Kernels() {
	for _, kernel := range simd.Generic().Kernels() {
		if kernel.Name != "Panel32" {
			continue
		}
		var dst, src []float32 // whose contents do not matter
		call := kernel.Call([]reflect.Value{reflect.ValueOf(2), reflect.ValueOf(dst), reflect.ValueOf(src), reflect.ValueOf(40)})
		for _, r := range call.Regions {
			for first, end := range r.Runs() {
				fmt.Printf("%s[%d:%d] ", r.Operand, first, end)
			}
		}
	}
	// Output: dst[0:64] src[0:32] src[40:72]
}
