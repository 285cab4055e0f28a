package figure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
)

// Bins are intervals of equal width, shared by all histograms of one figure.
type Bins struct {
	low, Width float64
	count      int
}

// NewBins returns bins that contain all drawable values of several samples. Their
// width is the smallest that the rule of Freedman and Diaconis (1981) gives for
// any sample, 2 IQR / cbrt(n), but there are at most a hundred bins or so. The
// width is 0 if there are no such values.
func NewBins(samples [][]float64) Bins {
	const most = 100
	low, high, width := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, values := range samples {
		sorted := slices.Sorted(slices.Values(drawable(values)))
		if len(sorted) == 0 {
			continue
		}
		low, high = min(low, sorted[0]), max(high, sorted[len(sorted)-1])
		spread := stat.Quantile(.75, stat.LinInterp, sorted, nil) - stat.Quantile(.25, stat.LinInterp, sorted, nil)
		if spread > 0 {
			width = min(width, 2*spread/math.Cbrt(float64(len(sorted))))
		}
	}
	// Values that differ by rounding errors only are drawn as one bar.
	magnitude := max(math.Abs(low), math.Abs(high))
	switch {
	case low > high:
		return Bins{}
	case high-low <= max(1e-12*magnitude, 1e-300):
		width = max(magnitude/most, 1e-6)
	default:
		width = max(min(width, (high-low)/4), (high-low)/most)
	}
	return Bins{low - width/2, width, int((high-low)/width+.5) + 1}
}

// drawable returns the values for which IsDrawable holds.
func drawable(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return !IsDrawable(v) })
}

// Outline returns the outline of the histogram of values, in percent of the
// drawable ones: a point of height 0, then the lower end and the height of each
// bin, from the first occupied bin to the one after the last occupied bin.
func (b Bins) Outline(values []float64) plotter.XYs {
	values = drawable(values)
	heights := make([]float64, b.count+2)
	first, last := len(heights), 0
	for _, v := range values {
		i := int((v - b.low) / b.Width)
		heights[i] += 100 / float64(len(values))
		first, last = min(first, i), max(last, i)
	}
	points := plotter.XYs{{X: b.low + float64(first)*b.Width, Y: 0}}
	for i := first; i <= last+1; i++ {
		points = append(points, plotter.XY{X: b.low + float64(i)*b.Width, Y: heights[i]})
	}
	return points
}
