package gen_test

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// A matrix whose size is near a multiple of eight, in one of the patterns that are exact
// in any order of summation. Tests draw with the rapid.T of their property; Example
// draws by a seed.
func Example() {
	type drawn struct {
		rows, cols int
		pattern    string
		kinds      []string
	}
	for seed := range 4 {
		d := rapid.Custom(func(t *rapid.T) drawn {
			rows, cols := gen.Size(t, "rows", 1, 40, 8), gen.Size(t, "cols", 1, 40, 8)
			x, pattern := gen.Matrix(t, "X", rows, cols, gen.Exact[float32](), nil)
			return drawn{rows, cols, pattern, gen.Classify(x...).Names()}
		}).Example(seed)
		fmt.Printf("%2d x %2d, %s: %v\n", d.rows, d.cols, d.pattern, d.kinds)
	}
	// Output:
	//  4 x  3, ones: [normals]
	//  9 x  8, integers: [zeros normals]
	//  2 x  4, integers: [normals]
	// 25 x  1, ones: [normals]
}
