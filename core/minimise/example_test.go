package minimise_test

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/minimise"
)

// The minimum of (x - 1)^2 + 10 (y + 2)^2.
func ExampleBFGS() {
	f := func(_ context.Context, x, gradient []float64) (float64, error) {
		a, b := x[0]-1, x[1]+2
		gradient[0], gradient[1] = 2*a, 20*b
		return a*a + 10*b*b, nil
	}
	r, err := minimise.BFGS(context.Background(), f, []float64{0, 0}, 1e-8, 100)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.6f, %s\n", r.X, r.Reason)
	// Output:
	// [1.000000 -2.000000], gradient
}
