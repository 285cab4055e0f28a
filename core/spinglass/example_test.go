package spinglass_test

import (
	"context"
	"fmt"

	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// Minimise the energy of 25 spins that interact in threes, from four random starts.
func Example() {
	const p, n, starts = 3, 25, 4
	const seed, disorder = 1, 0
	glass, err := spinglass.New(context.Background(), simd.Detect(), p, n, spinglass.Gauss, seed, disorder)
	if err != nil {
		panic(err)
	}
	w := make([]float64, n*starts)
	spinglass.DrawStarts(w, n, starts, seed, disorder, 0)
	rule := spinglass.DescentRule{Rate: spinglass.DefaultRate(p), Settle: 0.1, Tolerance: 1e-6, MaxSteps: 20000}
	results, err := glass.Descend(context.Background(), w, starts, rule, nil)
	if err != nil {
		panic(err)
	}
	for _, r := range results {
		fmt.Printf("energy %.6f per spin after %d steps\n", r.Energy, r.Steps)
	}
	// Output:
	// energy -1.534226 per spin after 123 steps
	// energy -1.534226 per spin after 138 steps
	// energy -1.534226 per spin after 184 steps
	// energy -1.385925 per spin after 117 steps
}
