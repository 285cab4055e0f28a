package landscape_test

import (
	"fmt"
	"math"

	"github.com/lossglass/lossglass/core/landscape"
)

// Energies and numbers of critical points of the 3-spin glass.
func Example() {
	const p = 3
	fmt.Printf("threshold energy -%.6f, ground state -%.6f\n", landscape.Threshold(p), landscape.LowestEnergy(p, 0))
	fmt.Printf("complexity of all critical points %.6f\n", landscape.Complexity(p, math.Inf(1)))
	minima := landscape.Minima(p, 25, math.Inf(1))
	fmt.Printf("25 spins: %.2f minima of %.0f critical points, mean energy %.4f\n",
		minima.Count, landscape.MeanCount(p, 25, math.Inf(1)), minima.Mean)
	// Output:
	// threshold energy -1.632993, ground state -1.656998
	// complexity of all critical points 0.346574
	// 25 spins: 14.10 minima of 88575 critical points, mean energy -1.3851
}
