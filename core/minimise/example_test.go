package minimise_test

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/minimise"
	"github.com/lossglass/lossglass/simd"
)

// The minimum of (x - 1)^2 + 10 (y + 2)^2.
func ExampleNewton() {
	f := func(_ context.Context, x, gradient []float64) (float64, error) {
		a, b := x[0]-1, x[1]+2
		gradient[0], gradient[1] = 2*a, 20*b
		return a*a + 10*b*b, nil
	}
	hessian := func(context.Context, []float64) ([]float64, error) { return []float64{2, 0, 0, 20}, nil }
	r, err := minimise.Newton(context.Background(), f, hessian, []float64{0, 0}, minimise.Settings{
		Tolerance: 1e-8, Hessians: 10, Damping: 1e-6, Kernels: simd.Detect(), Threads: 1,
	})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.6f, %s\n", r.X, r.Reason)
	// Output:
	// [1.000000 -2.000000], gradient
}
