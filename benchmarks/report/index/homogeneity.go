package index

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lossglass/lossglass/benchmarks/report/estimate"
)

// leastExpected is how many runs a bar of each histogram should have if both are of the same distribution, so that the
// statistic is distributed as chi squared (Cochran, Biometrics 10, 417, 1954).
const leastExpected = 5

// sameHistogram tests whether the runs here and the paper's are of one distribution, by chi squared in the paper's bars.
// From the highest index down, neighbouring bars are joined until each has leastExpected runs. It takes runs as independent.
func (s *sizeResult) sameHistogram() estimate.Goodness {
	bars := s.allBars()
	here, there := float64(len(s.Runs)), float64(paperRuns)
	smaller := min(here, there) / (here + there) // its share of the runs of a bar
	var cells [][2]float64
	var cell [2]float64
	for i := len(bars) - 1; i >= 0; i-- {
		b := bars[i]
		cell[0] += float64(s.count(paperThreshold, b.low, b.high))
		cell[1] += float64(b.runs)
		if (cell[0]+cell[1])*smaller >= leastExpected {
			cells, cell = append(cells, cell), [2]float64{}
		}
	}
	if len(cells) > 0 { // bars of the lowest indices that are too few alone
		cells[len(cells)-1][0] += cell[0]
		cells[len(cells)-1][1] += cell[1]
	}
	if s.bars == nil || len(cells) < 2 {
		return estimate.Goodness{Chi2: math.NaN(), P: math.NaN()}
	}
	// chi2 = sum over the cells and both samples of (observed - expected)^2 / expected
	chi2 := 0.0
	for _, c := range cells {
		for i, total := range [2]float64{here, there} {
			expected := (c[0] + c[1]) * total / (here + there)
			chi2 += (c[i] - expected) * (c[i] - expected) / expected
		}
	}
	degrees := len(cells) - 1
	return estimate.Goodness{Chi2: chi2, DOF: degrees, P: distuv.ChiSquared{K: float64(degrees)}.Survival(chi2)}
}

// visibleDifference returns the largest difference of the share of one of the paper's bars that four of five comparisons
// would find at a level of a thousandth, about that of each comparison of a report.
func (s *sizeResult) visibleDifference() float64 {
	widest := 0.0
	for _, b := range s.bars {
		share := float64(b.runs) / paperRuns
		widest = max(widest, share*(1-share))
	}
	return (distuv.UnitNormal.Quantile(.9995) + distuv.UnitNormal.Quantile(.8)) * math.Sqrt(widest*(1/float64(len(s.Runs))+1./paperRuns))
}
