package spinglass

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/core/landscape"
)

// citation is the source of every figure called "paper".
const citation = "Choromanska, Henaff, Mathieu, Ben Arous, LeCun, The Loss Surfaces of Multilayer Networks, AISTATS 2015"

const (
	paperP      = 3     // the paper does not state H; its energies are those of 3
	paperStarts = 1000  // of each size
	paperBin    = .0015 // width of the bins of its histograms
)

// occupied are the numbers of bins that hold any run in the paper's histograms.
var occupied = map[int]int{25: 17, 50: 34, 100: 76, 250: 64, 500: 46}

func publishedOf(n int) *spinglass.Published {
	all := spinglass.PublishedEnergies()
	i := slices.IndexFunc(all, func(p spinglass.Published) bool { return p.N == n })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// A reproduction is what gradient descent gave in an independent program, with
// the paper's Hamiltonian, p = 3: rate 0.1 down to a gradient of 1e-6, at 100
// spins rate 0.2.
type reproduction struct {
	n, disorders, starts  int
	mean, between, within float64
	lowest                float64 // mean over the disorders of the best start
	below                 float64 // share below -E_inf
}

func reproductionOf(n int) *reproduction {
	nan := math.NaN()
	for _, r := range []reproduction{
		{25, 100, 200, -1.4603, .0423, .0892, -1.577, .053},
		{50, 20, 150, -1.5216, .0171, .0593, -1.6105, nan},
		{100, 6, 120, -1.5523, .0067, .0352, nan, .0097},
	} {
		if r.n == n {
			return &r
		}
	}
	return nil
}

// isBelow is 1 for energies below -E_inf, else 0.
func isBelow(p int, energy float64) float64 {
	if energy < -landscape.Threshold(p) {
		return 1
	}
	return 0
}
