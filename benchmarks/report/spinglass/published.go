package spinglass

import (
	"math"
	"slices"

	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// citation is the source of every number called "paper".
const citation = "Choromanska, Henaff, Mathieu, Ben Arous, LeCun, The Loss Surfaces of Multilayer Networks, AISTATS 2015"

const (
	paperP      = 3     // the paper does not state H; its energies agree with p = 3
	paperStarts = 1000  // of each size
	paperBin    = .0015 // width of the bins of its histograms
)

// occupiedBins are the numbers of bins with at least one run in the paper's
// histograms, by size.
var occupiedBins = map[int]int{25: 17, 50: 34, 100: 76, 250: 64, 500: 46}

// publishedEnergies returns what the paper shows of a size, nil if nothing.
func publishedEnergies(n int) *spinglass.Published {
	all := spinglass.PublishedEnergies()
	i := slices.IndexFunc(all, func(p spinglass.Published) bool { return p.N == n })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// An otherProgram is a result of gradient descent in an independent program, with the
// paper's Hamiltonian and p = 3: rate 0.1 (0.2 at 100 spins), down to a gradient of 1e-6.
type otherProgram struct {
	n, disorders, starts  int
	mean, between, within float64
	lowest                float64 // mean over the disorders of the best start; NaN: not recorded
	below                 float64 // share below -E_inf; NaN: not recorded
}

func (o *otherProgram) hasLowest() bool { return !math.IsNaN(o.lowest) }

// otherProgramAt returns the results of a size, nil if there are none.
func otherProgramAt(n int) *otherProgram {
	nan := math.NaN()
	for _, o := range []otherProgram{
		{25, 100, 200, -1.4603, .0423, .0892, -1.577, .053},
		{50, 20, 150, -1.5216, .0171, .0593, -1.6105, nan},
		{100, 6, 120, -1.5523, .0067, .0352, nan, .0097},
	} {
		if o.n == n {
			return &o
		}
	}
	return nil
}

// meanEnergy returns the mean, whose independent units are the disorders.
func (o *otherProgram) meanEnergy() estimate.Estimate {
	k := float64(o.disorders)
	return estimate.FromError(o.mean, estimate.Linear, o.between/math.Sqrt(k), k-1)
}
