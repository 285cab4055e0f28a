package figure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
)

// Bins are classes of equal width for several histograms in one figure.
type Bins struct {
	low, Width float64
	count      int
}

// NewBins covers all the values by bins of the width that Freedman and Diaconis'
// rule gives the narrowest of the samples, but by no more than a hundred of them.
// The width is 0 if there are no values.
func NewBins(all [][]float64) Bins {
	const most = 100
	low, high, width := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, values := range all {
		if len(values) == 0 {
			continue
		}
		sorted := slices.Sorted(slices.Values(values))
		low, high = min(low, sorted[0]), max(high, sorted[len(sorted)-1])
		spread := stat.Quantile(.75, stat.LinInterp, sorted, nil) - stat.Quantile(.25, stat.LinInterp, sorted, nil)
		if spread > 0 {
			width = min(width, 2*spread/math.Cbrt(float64(len(sorted))))
		}
	}
	switch {
	case low > high:
		return Bins{}
	case low == high:
		width = max(math.Abs(low)/most, 1e-6)
	default:
		width = max(min(width, (high-low)/4), (high-low)/most)
	}
	return Bins{low - width/2, width, int((high-low)/width+.5) + 1}
}

// Shares returns the outline of the histogram of values, in percent of them: for
// each bin from the first occupied to one behind the last, its lower end and
// share, after a point on the ground.
func (b Bins) Shares(values []float64) plotter.XYs {
	shares := make([]float64, b.count+2)
	first, last := len(shares), 0
	for _, v := range values {
		i := int((v - b.low) / b.Width)
		shares[i] += 100 / float64(len(values))
		first, last = min(first, i), max(last, i)
	}
	points := plotter.XYs{{X: b.low + float64(first)*b.Width, Y: 0}}
	for i := first; i <= last+1; i++ {
		points = append(points, plotter.XY{X: b.low + float64(i)*b.Width, Y: shares[i]})
	}
	return points
}
