package critical_test

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/critical"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
)

// All critical points of one 3-spin glass of five spins, by index.
func ExampleFind() {
	ctx, set := context.Background(), simd.Detect()
	g, err := spinglass.New(ctx, set, 3, 5, spinglass.Gauss, 1, 0)
	if err != nil {
		panic(err)
	}
	rule := critical.Rule{Starts: 500, Patience: 20, Most: 100000}
	found, err := critical.Find(ctx, set, g, stream.New(1, "starts").Normals, rule, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(found.Counts(), found.Consistent())
	// Output: [3 5 6 5 3] true
}
