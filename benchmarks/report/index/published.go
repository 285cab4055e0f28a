package index

import (
	"math"

	"github.com/lossglass/lossglass/benchmarks/experiment/index"
)

// citation is the source of every number called "paper".
const citation = "Choromanska, Henaff, Mathieu, Ben Arous, LeCun, The Loss Surfaces of Multilayer Networks, AISTATS 2015, Fig. 5"

// paperRuns is the number of networks in each of the paper's histograms.
const paperRuns = 1000

// A bar is a bar of the paper's Fig. 5: the runs with low to high negative eigenvalues.
type bar struct{ low, high, runs int }

// A histogram is one of the paper's, as read from the positions of its bars: bar i, which has
// that many runs, begins at i times the width. The positions fit k/(2 P) for k negative
// eigenvalues of P = 111 n + 10, half of the normalised index k/P that its text defines.
type histogram struct {
	width float64
	runs  map[int]int
}

var histograms = map[int]histogram{
	10:  {1e-4, map[int]int{0: 866, 4: 97, 8: 23, 13: 4, 17: 5, 22: 4, 26: 1}},
	25:  {5e-4, map[int]int{0: 878, 1: 22, 2: 18, 3: 7, 4: 6, 5: 2, 6: 8, 7: 11, 8: 3, 9: 4, 10: 6, 11: 2, 12: 5, 13: 3, 14: 3, 15: 5, 16: 1, 17: 5, 18: 3, 19: 2, 20: 1, 22: 1, 25: 2, 31: 1, 33: 1}},
	50:  {2e-4, map[int]int{0: 935, 1: 54, 2: 3, 4: 1, 5: 1, 6: 1, 13: 1, 17: 1, 20: 2, 26: 1}},
	100: {2e-5, map[int]int{0: 84, 2: 227, 4: 249, 6: 201, 9: 145, 11: 57, 13: 24, 15: 10, 18: 2, 20: 1}},
}

// publishedBars returns the bars of a size by the number of negative eigenvalues, ascending;
// none if the paper does not show it.
func publishedBars(n int) (bars []bar) {
	h, ok := histograms[n]
	if !ok {
		return nil
	}
	perEigenvalue := 1 / (2 * float64(index.Parameters(n)))
	first := func(i int) int { return int(math.Ceil(float64(i) * h.width / perEigenvalue)) }
	last := 0
	for i := range h.runs {
		last = max(last, i)
	}
	for i := range last + 1 {
		if runs := h.runs[i]; runs > 0 {
			bars = append(bars, bar{first(i), first(i+1) - 1, runs})
		}
	}
	return bars
}
