package stream_test

import (
	"fmt"

	"github.com/lossglass/lossglass/core/stream"
)

// Two streams with different keys are independent; the same arguments always give the
// same numbers.
func Example() {
	const seed = 1
	for _, run := range []uint64{0, 1} {
		order := make([]int32, 5)
		stream.New(seed, "example/order", run).Perm(order)
		fmt.Println("run", run, "order", order)
	}
	// Output:
	// run 0 order [0 2 4 3 1]
	// run 1 order [3 0 2 4 1]
}
